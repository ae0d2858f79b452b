// The program of the parser thread; `npm run generate` bundles it into generated/parserProgram.ts.
import { parentPort } from 'node:worker_threads';
import { ExplainError, errorReport } from '../../errors.ts';
import { segmentRuns } from '../files/segmentPng.ts';
import { formatById } from '../formats/formats.ts';
import type { SegmentsRequest } from '../segments.ts';
import { partsOf } from './parts.ts';
import type { ParseAnswer, ParseRequest } from './tasks.ts';

const port = parentPort!;
let more = () => {};

/** Waits until the other side has taken it in, so that it can do other work before the next one comes. */
function send(part: unknown): Promise<void> {
  return new Promise((resolve) => {
    more = resolve;
    port.postMessage({ part });
  });
}

async function parse({ format, file }: ParseRequest): Promise<ParseAnswer> {
  const { images, ...answer } = formatById(format)!.parse(file);
  for (const part of partsOf(images)) await send(part);
  return answer;
}

const TASKS = new Map<string, (request: never) => unknown>([
  ['parse', parse],
  ['segments', ({ bytes, size, ids }: SegmentsRequest) => segmentRuns(bytes, size, ids)],
]);

port.on('message', async (message: 'more' | { readonly name: string; readonly request: never }) => {
  if (message === 'more') return more();
  port.postMessage({ begun: true });
  try {
    port.postMessage({ answer: await TASKS.get(message.name)!(message.request) });
  } catch (thrown) {
    if (thrown instanceof ExplainError) port.postMessage({ refused: errorReport(thrown) });
    else port.postMessage({ failed: String(thrown), stack: thrown instanceof Error ? thrown.stack : undefined });
  }
});
