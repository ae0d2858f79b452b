import { basename } from 'node:path';
import { ExplainError } from '../../errors.ts';
import { PROGRAM } from '../generated/decoderProgram.ts';
import type { DecoderAnswer, DecoderName, DecoderRequest } from './decoders.ts';
import { WorkThreads } from './workThreads.ts';

/** What is decoded, for messages and for the time limit; and who may cancel it. */
export interface Decoded {
  readonly path: string;
  readonly pixels: number;
  readonly signal?: AbortSignal | undefined;
}

/** The time limit for decoding: for a small picture, and in addition for each million pixels, in milliseconds. */
const BASE = 4000;
const PER_MEGAPIXEL = 1000;
/** Pictures that are decoded at once; each takes a core and the memory of its pixels. */
const MOST = 4;

export const decodeLimit = (pixels: number): number => BASE + (PER_MEGAPIXEL * pixels) / 1e6;

const threads = new WorkThreads(PROGRAM, MOST);

/**
 * Decodes on a separate thread, within a time limit that depends on the number of pixels.
 * @throws ExplainError `image` if it takes longer, `cancelled`, and whatever the decoder throws
 */
export function decodeOnThread<K extends DecoderName>(
  name: K,
  request: DecoderRequest<K>,
  { path, pixels, signal }: Decoded,
  limit = decodeLimit(pixels),
): Promise<DecoderAnswer<K>> {
  const answer = threads.run({ name, request, limit, tooSlow: () => tooSlow(path, limit), signal });
  return answer as Promise<DecoderAnswer<K>>;
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
