import { readSync } from 'node:fs';

/** One read call takes less than 2 GB. */
const LARGEST_READ = 2 ** 30;

/** Reads all requested bytes of an open file; throws the result of `short` if the file ends too early. */
export function readRange(descriptor: number, offset: number, length: number, short: () => Error): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const read = readSync(descriptor, bytes, done, Math.min(length - done, LARGEST_READ), offset + done);
    if (read === 0) throw short();
    done += read;
  }
  return bytes;
}
