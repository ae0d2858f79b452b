// The program of the thread that reads tables and splits texts; `npm run generate` bundles it into
// generated/inputsProgram.ts.
import { serveTasks } from '../../images/thread/serveTasks.ts';
import { readScores } from './readScores.ts';
import { readTable } from './readTable.ts';
import { tokensOf } from './tokens.ts';

serveTasks(
  new Map<string, (request: never) => unknown>([
    ['table', readTable],
    ['scores', readScores],
    ['tokens', tokensOf],
  ]),
);
