import { createHash } from 'node:crypto';
import { throwIfCancelled } from '../errors.ts';
import { openFileToRead } from './plainFile.ts';

/** SHA-256 of bytes, in hexadecimal digits. */
export function sha256OfBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-256 of a file, in hexadecimal digits. Throws what {@link openFileToRead} does, and `cancelled`. */
export async function sha256Of(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const handle = await openFileToRead(file);
  for await (const chunk of handle.createReadStream({ highWaterMark: 2 ** 20 })) {
    throwIfCancelled(signal);
    hash.update(chunk as Uint8Array);
  }
  return hash.digest('hex');
}
