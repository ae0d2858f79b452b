import { table } from '../explainers/tables.ts';
/** The part of a setting's JSON schema that limits its value. */
export interface SettingSpec {
  readonly type: string;
  readonly default: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly items?: { readonly enum?: readonly unknown[] };
}

/** Longer texts and lists are not valid settings. */
const LONGEST = 200;

/** Turns a value from settings.json into one that the schema allows. */
export function boundedSetting(spec: SettingSpec, value: unknown): unknown {
  const bounded = BOUNDED[spec.type]?.(spec, value);
  return bounded === undefined || (spec.enum && !spec.enum.includes(bounded)) ? spec.default : bounded;
}

const BOUNDED = table<(spec: SettingSpec, value: unknown) => unknown>({
  number: within,
  integer: (spec, value) => {
    const number = within(spec, value);
    return number === undefined ? undefined : Math.round(number);
  },
  boolean: (_, value) => (typeof value === 'boolean' ? value : undefined),
  string: (_, value) => (typeof value === 'string' && value.length <= LONGEST ? value : undefined),
  array: ({ items }, value) => {
    if (!Array.isArray(value)) return undefined;
    const texts = value.filter((each) => typeof each === 'string' && each.length <= LONGEST);
    const known = items?.enum ? texts.filter((each) => items.enum!.includes(each)) : texts;
    return [...new Set(known)].slice(0, LONGEST);
  },
});

function within({ minimum = -Infinity, maximum = Infinity }: SettingSpec, value: unknown): number | undefined {
  if (typeof value !== 'number' || Number.isNaN(value)) return undefined;
  return Math.min(maximum, Math.max(minimum, value));
}
