import path from 'node:path';
import type { AnnotationSource } from '../../contracts/card.ts';
import type { AnyParameters } from '../../contracts/parameters.ts';
import type { Preset } from '../../contracts/preset.ts';
import type { GivenInputs, ModelDescription } from '../../contracts/results.ts';
import { ExplainError } from '../../errors.ts';
import { formatSegments, parseSegments, SEGMENTS_FORM } from '../../images/superpixels/spec.ts';
import { methods } from '../../methods/methods.ts';
import { PRESETS } from '../../methods/presets.ts';
import { Session } from '../../session.ts';
import { didYouMean } from '../../suggest.ts';
import { own, setOwn } from '../../tables.ts';
import { OUTPUT_FLAGS } from '../door.ts';
import { AGAINST_FLAG, type AgainstPlan } from './against.ts';
import { type AgreementPlan, planAgreement } from './agreementFlags.ts';
import { ANNOTATION_FLAGS, annotationSources } from './annotationFlags.ts';
import { ASSESS_FLAGS, type AssessPlan } from './assessFlags.ts';
import type { Arguments, Flags } from './flags.ts';
import { givenInputs, INPUT_FLAG } from './inputFlags.ts';
import { parameterFlags, typed, wrongParameter } from './parameterFlags.ts';
import { ENGINE_FLAGS, integer, MODEL_FLAG, oneOf, TIME_FLAG } from './runFlags.ts';
import { SOURCES, SOURCES_FLAG, type SourcesPlan } from './sourceFlags.ts';

/** Files that are never images. */
const isAnnotationName = (file: string) => /\.(?:jsonl?|csv|tsv|xml|txt|ya?ml|npy)$/i.test(file);

/** Flags of `explain` and `agree`. */
export const EXPLAIN_FLAGS: Flags = {
  ...MODEL_FLAG,
  ...INPUT_FLAG,
  method: {
    value: 'ID[,ID]|all',
    multiple: true,
    list: { is: (value) => methods.has(value) },
    about: 'how to explain (default gradCam)',
  },
  class: {
    value: 'NAME|INDEX|top:K|all',
    multiple: true,
    about: 'which classes (default: the best one; multi-label: predicted and annotated ones)',
  },
  ...AGAINST_FLAG,
  ...SOURCES_FLAG,
  annotations: {
    value: 'PATH',
    multiple: true,
    list: { is: isAnnotationName, greedy: true },
    about: 'annotation files, folders or globs (default: those of the card)',
  },
  ...ANNOTATION_FLAGS,
  readers: {
    value: Session.readerRules.join('|'),
    about:
      'for the agreement, what several readers drew: by any of them (default), at least half, all, or each reader separately',
  },
  ...ASSESS_FLAGS,
  out: {
    value: 'DIR',
    about:
      'writes each map as .npy and overlay .png (for superpixels also .best.png with the best ones alone), and manifest.json',
  },
  param: {
    value: 'METHOD.KEY=VALUE',
    multiple: true,
    about: 'a parameter of a method, such as gradCam.layer=conv5, or of a metric of --assess',
  },
  'raw-channels': { about: 'pixel methods: .npy keeps the channels, [c, h, w]' },
  grid: { value: 'input|original', about: "grid of the .npy: the model's input (default) or the original image" },
  seed: { value: 'N', about: 'seed of all randomness (default 0)' },
  ...ENGINE_FLAGS,
  ...TIME_FLAG,
  ...OUTPUT_FLAGS,
  segments: { value: SEGMENTS_FORM, about: 'superpixels of all methods that use them, instead of each method’s own' },
  preset: {
    value: 'NAME',
    about: `parameters of a library or a study: ${PRESETS.map(({ id }) => id).join(', ')}`,
  },
};

/** The plan for a run of `explain`, checked against the model before anything runs. */
export interface RunPlan {
  readonly methods: readonly { readonly id: string; readonly parameters: AnyParameters }[];
  /** What each class is compared with; undefined: nothing. */
  readonly against: AgainstPlan | undefined;
  readonly sources: readonly AnnotationSource[] | undefined;
  /** The contributions of image and further inputs; undefined: they are not asked for. */
  readonly shares: SourcesPlan | undefined;
  readonly out: { readonly typed: string; readonly path: string } | undefined;
  readonly rawChannels: boolean;
  readonly grid: 'input' | 'original';
  readonly seed: number;
  /** The superpixels of all methods that use them, as text; a file with its absolute path. */
  readonly segments: string | undefined;
  /** The preset that parameters were taken from. */
  readonly preset: Preset | undefined;
  readonly assess: AssessPlan;
  readonly agreement: AgreementPlan;
  /** Values of the model's further inputs. */
  readonly given: { readonly inputs?: GivenInputs };
}

/** Reads the flags that do not depend on the model. */
export function planRun(args: Arguments, cwd: string): Omit<RunPlan, 'methods' | 'assess' | 'against' | 'shares'> {
  const grid = oneOf('--grid', args.one('grid') ?? 'input', ['input', 'original']) as 'input' | 'original';
  const out = args.one('out');
  const rawChannels = args.has('raw-channels');
  if (rawChannels && grid === 'original') {
    throw new ExplainError({
      kind: 'usage',
      message: '--raw-channels and --grid original cannot be combined.',
      subject: '--raw-channels',
      next: 'Leave one of them out, because on the original image channels are summed.',
    });
  }
  return {
    sources: annotationSources(args, cwd),
    out: out === undefined ? undefined : { typed: out, path: path.resolve(cwd, out) },
    rawChannels,
    grid,
    seed: args.has('seed') ? integer('--seed', args.one('seed')!, 0) : 0,
    segments: args.has('segments')
      ? formatSegments(parseSegments(args.one('segments')!, (file) => path.resolve(cwd, file)))
      : undefined,
    preset: args.has('preset') ? presetOf(args.one('preset')!) : undefined,
    agreement: planAgreement(args, cwd),
    given: givenInputs(args),
  };
}

/**
 * The methods of `--method` with the parameters of `--preset`, overridden by `--param`. With `all`, those that this
 * model allows.
 * @throws ExplainError `usage`
 */
export function planMethods(
  args: Arguments,
  model: ModelDescription,
  {
    preset,
    segments,
    metrics = [],
  }: Partial<Pick<RunPlan, 'preset' | 'segments'>> & { readonly metrics?: readonly string[] } = {},
): RunPlan['methods'] {
  const asked = args.all('method').flatMap((value) => value.split(',').map((id) => id.trim()));
  const ids = asked.includes('all')
    ? model.methods.filter((method) => !method.unavailable).map((method) => method.id)
    : asked.length > 0
      ? [...new Set(asked)]
      : ['gradCam'];
  const parameters = new Map<string, Record<string, AnyParameters[string]>>(
    ids.map((id) => [id, { ...own(preset?.methods, id) }]),
  );
  if (segments !== undefined) {
    const users = model.methods.filter(({ id, parameters: own }) => parameters.has(id) && 'segments' in own);
    if (users.length === 0) throw idleSegments(ids);
    for (const { id } of users) parameters.get(id)!['segments'] = segments;
  }
  if (preset && !ids.some((id) => Object.hasOwn(preset.methods, id))) throw idlePreset(preset, ids);
  for (const { text, owner: id, key, value } of parameterFlags(args)) {
    // It belongs to a metric, see planAssessment, or to the sources, see planSources.
    if (metrics.includes(id) || id === SOURCES) continue;
    const given = parameters.get(id);
    if (!given)
      throw wrongParameter(
        `--param ${text} is for '${id}', which is not run.${didYouMean(id, [...ids, ...metrics])}`,
        `Run it with --method ${id}.`,
      );
    const schema = model.methods.find((method) => method.id === id)?.parameters ?? {};
    setOwn(given, key, typed(value, own(schema, key)?.kind));
  }
  return ids.map((id) => ({ id, parameters: parameters.get(id)! }));
}

/** @throws ExplainError `usage` */
function presetOf(name: string): Preset {
  const preset = PRESETS.find(({ id }) => id === name);
  if (preset) return preset;
  const known = PRESETS.map(({ id }) => id);
  throw new ExplainError({
    kind: 'usage',
    message: `There is no preset '${name}'.${didYouMean(name, known)}`,
    subject: '--preset',
    next: `Presets: ${known.join(', ')}.`,
  });
}

function idlePreset(preset: Preset, ids: readonly string[]): ExplainError {
  return new ExplainError({
    kind: 'usage',
    message: `The preset '${preset.id}' sets nothing for ${ids.join(', ')}.`,
    subject: '--preset',
    next: `Run it with --method ${Object.keys(preset.methods).join(',')}, or some of these.`,
  });
}

const idleSegments = (ids: readonly string[]) =>
  new ExplainError({
    kind: 'usage',
    message: `--segments is for methods that use superpixels; ${ids.join(', ')} ${ids.length === 1 ? 'does' : 'do'} not.`,
    subject: '--segments',
    next: 'Run it with --method lime, kernelShap, or both.',
  });
