import type { FindingKind } from '../contracts/results.ts';
import { doubtful } from './doubtful.ts';
import { duplicate } from './duplicate.ts';
import { elsewhere } from './elsewhere.ts';
import type { Kind } from './kind.ts';
import { swapped } from './swapped.ts';
import { unlabelled } from './unlabelled.ts';

/** Every kind of finding. A test fails if a kind's file is not listed here. */
export const kinds: Readonly<Record<FindingKind, Kind>> = { unlabelled, doubtful, elsewhere, duplicate, swapped };
