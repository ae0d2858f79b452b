import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { ExplainError } from '../../errors.ts';
import { damaged } from '../problem.ts';

/** A member of a ZIP archive. */
export interface Member {
  readonly name: string;
  readonly size: number;
  /** Where its bytes are in the archive; null: they are compressed. */
  offset(): Promise<number | null>;
  /** All of its bytes. */
  read(): Promise<Uint8Array>;
}

const MOST_MEMBERS = 10_000;
/** Keras' own limits: on one member, and for each byte of the archive. */
const MOST_BYTES = 2 ** 32;
const MOST_GROWTH = 100;

/**
 * The members of a ZIP archive, by its central directory. Nothing is unpacked to the disk.
 * @param descriptor stays open; the caller closes it
 * @throws ExplainError `model` for an archive that is damaged, or would unpack to far more than its own size
 */
export async function membersOf(descriptor: number, path: string): Promise<readonly Member[]> {
  const broken = (cause?: unknown) =>
    damaged('The model’s ZIP archive is damaged or truncated.', path, 'Save or download the model again.', cause);
  const archive = await yauzl
    .fromFdPromise(descriptor, { autoClose: false, lazyEntries: true, strictFileNames: true })
    .catch((cause: unknown) => {
      throw broken(cause);
    });
  const members: Member[] = [];
  try {
    for await (const entry of archive.eachEntry()) {
      if (members.length >= MOST_MEMBERS)
        throw damaged(`The model’s archive has more than ${MOST_MEMBERS} files.`, path);
      const { fileName: name, uncompressedSize: size, compressedSize } = entry;
      if (size > MOST_BYTES || (size > 2 ** 20 && size > MOST_GROWTH * compressedSize)) {
        throw damaged(`'${name}' in the model’s archive would unpack to ${size} bytes.`, path);
      }
      if (entry.isEncrypted())
        throw damaged('The model’s archive is encrypted.', path, 'Save the model without a password.');
      const stored = entry.compressionMethod === 0 && size === compressedSize;
      members.push({
        name,
        size,
        offset: async () => {
          if (!stored) return null;
          const header = await archive.readLocalFileHeaderPromise(entry).catch((cause: unknown) => {
            throw broken(cause);
          });
          return header.fileDataStart;
        },
        read: async () => {
          try {
            return await whole(await archive.openReadStreamPromise(entry), size);
          } catch (cause) {
            throw broken(cause);
          }
        },
      });
    }
  } catch (thrown) {
    throw thrown instanceof ExplainError ? thrown : broken(thrown);
  }
  return members;
}

async function whole(stream: Readable, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (length + chunk.length > size) throw new Error('a member is longer than it says');
    bytes.set(chunk, length);
    length += chunk.length;
  }
  if (length !== size) throw new Error('a member is shorter than it says');
  return bytes;
}
