import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type ErrorReport, ExplainError } from '../../errors.ts';
import { PROGRAM } from '../generated/decoderProgram.ts';
import type { DecoderAnswer, DecoderName, DecoderRequest } from './decoders.ts';

/** What is decoded, for messages and for the time limit. */
export interface Decoded {
  readonly path: string;
  readonly pixels: number;
}

/** The time limit for decoding: for a small picture, and in addition for each million pixels, in milliseconds. */
const BASE = 4000;
const PER_MEGAPIXEL = 1000;

export const decodeLimit = (pixels: number): number => BASE + (PER_MEGAPIXEL * pixels) / 1e6;

type Message =
  | { readonly begun: true }
  | { readonly answer: unknown }
  | { readonly refused: ErrorReport }
  | { readonly failed: string };

/** A thread that waits for the next picture, because starting one takes 30 ms. */
let idle: Worker | undefined;

function thread(): Worker {
  const found = idle ?? new Worker(PROGRAM, { eval: true });
  idle = undefined;
  return found;
}

function putBack(worker: Worker): void {
  if (idle) {
    void worker.terminate();
    return;
  }
  worker.removeAllListeners();
  // A thread that ends while it waits is not used for the next picture.
  worker.on('error', () => {});
  worker.once('exit', () => {
    if (idle === worker) idle = undefined;
  });
  worker.unref();
  idle = worker;
}

/**
 * Decodes on a separate thread, within a time limit that depends on the number of pixels.
 * @throws ExplainError `image` if it takes longer, and whatever the decoder throws
 */
export function decodeOnThread<K extends DecoderName>(
  name: K,
  request: DecoderRequest<K>,
  { path, pixels }: Decoded,
  limit = decodeLimit(pixels),
): Promise<DecoderAnswer<K>> {
  return new Promise((resolve, reject) => {
    const worker = thread();
    let clock: NodeJS.Timeout | undefined;
    const end = (settle: () => void, reusable: boolean) => {
      clearTimeout(clock);
      worker.removeAllListeners();
      if (reusable) putBack(worker);
      else {
        worker.on('error', () => {});
        void worker.terminate();
      }
      settle();
    };
    worker.removeAllListeners();
    worker.ref();
    worker.on('message', (message: Message) => {
      // On a busy machine the thread may wait long for its first turn, which does not count.
      if ('begun' in message) clock = setTimeout(() => end(() => reject(tooSlow(path, limit)), false), limit);
      else if ('answer' in message) end(() => resolve(message.answer as DecoderAnswer<K>), true);
      else if ('refused' in message) end(() => reject(new ExplainError(message.refused)), true);
      else end(() => reject(new Error(message.failed)), true);
    });
    worker.on('error', (thrown) => end(() => reject(thrown), false));
    worker.on('exit', () => end(() => reject(new Error('the decoder ended without a result')), false));
    worker.postMessage({ name, request });
  });
}

/** The error for a picture that takes too long to decode. */
export function tooSlow(path: string, limit: number): ExplainError {
  return new ExplainError({
    kind: 'image',
    message: `${basename(path)} could not be decoded within ${Math.round(limit / 100) / 10} s, which is the limit for its size.`,
    subject: path,
    next: 'The file is probably damaged. If other programs open it, save it from there as PNG.',
  });
}
