import { agree } from './agree.ts';
import { check } from './check.ts';
import { evaluate } from './evaluate.ts';
import { explain } from './explain.ts';
import { exportVerb } from './export.ts';
import { importVerb } from './import.ts';
import { inspect } from './inspect.ts';
import { merge } from './merge.ts';
import { predict } from './predict.ts';
import { report } from './report.ts';
import type { Verb } from './verb.ts';

/** In the order of the help. */
export const VERBS: readonly Verb[] = [
  inspect,
  predict,
  explain,
  agree,
  evaluate,
  merge,
  check,
  report,
  exportVerb,
  importVerb,
];
