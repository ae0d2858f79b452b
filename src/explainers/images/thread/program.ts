// The program of the decoder thread; `npm run generate` bundles it into generated/decoderProgram.ts.
import { firstLine } from '../limits.ts';
import { decoders } from './decoders.ts';
import { serveTasks } from './serveTasks.ts';

serveTasks(new Map(Object.entries(decoders)), {
  moved: buffersOf,
  // WASM libraries throw numbers and strings.
  failure: (thrown) => ({ failed: firstLine(thrown) }),
});

/** The memory of an answer's samples, which is transferred and not copied. */
function buffersOf(answer: object): ArrayBuffer[] {
  const views = (ArrayBuffer.isView(answer) ? [answer] : Object.values(answer)).filter((each) =>
    ArrayBuffer.isView(each),
  );
  return views.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}
