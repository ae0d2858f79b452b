// Bundles our side of a benchmark, test/bench/NAME.ts, into out/bench/NAME.cjs; NAME is `ours` unless given.
import { nodeProgram } from '../steps/nodeProgram.mjs';

const name = process.argv[2] ?? 'ours';
await nodeProgram(`test/bench/${name}.ts`, `out/bench/${name}.cjs`);
