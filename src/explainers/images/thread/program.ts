// The program of the decoder thread; `npm run generate` bundles it into generated/decoderProgram.ts.
import { parentPort } from 'node:worker_threads';
import { ExplainError, errorReport } from '../../errors.ts';
import { firstLine } from '../limits.ts';
import { type DecoderName, decoders } from './decoders.ts';

parentPort!.on('message', async ({ name, request }: { name: DecoderName; request: never }) => {
  parentPort!.postMessage({ begun: true });
  try {
    const answer = await decoders[name](request);
    parentPort!.postMessage({ answer }, buffersOf(answer));
  } catch (thrown) {
    if (thrown instanceof ExplainError) parentPort!.postMessage({ refused: errorReport(thrown) });
    // WASM libraries throw numbers and strings.
    else parentPort!.postMessage({ failed: firstLine(thrown) });
  }
});

/** The memory of an answer's samples, which is transferred and not copied. */
function buffersOf(answer: object): ArrayBuffer[] {
  const views = (ArrayBuffer.isView(answer) ? [answer] : Object.values(answer)).filter((each) =>
    ArrayBuffer.isView(each),
  );
  return views.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}
