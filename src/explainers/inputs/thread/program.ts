// The program of the thread that reads tables and splits texts; `npm run generate` bundles it into
// generated/inputsProgram.ts.
import { parentPort } from 'node:worker_threads';
import { ExplainError, errorReport } from '../../errors.ts';
import { readTable } from './readTable.ts';
import { tokensOf } from './tokens.ts';

const port = parentPort!;

const TASKS = new Map<string, (request: never) => unknown>([
  ['table', readTable],
  ['tokens', tokensOf],
]);

port.on('message', async (message: { readonly name: string; readonly request: never }) => {
  port.postMessage({ begun: true });
  try {
    port.postMessage({ answer: await TASKS.get(message.name)!(message.request) });
  } catch (thrown) {
    if (thrown instanceof ExplainError) port.postMessage({ refused: errorReport(thrown) });
    else port.postMessage({ failed: String(thrown), stack: thrown instanceof Error ? thrown.stack : undefined });
  }
});
