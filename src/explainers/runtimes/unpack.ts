import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { throwIfCancelled } from '../errors.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { openFileToRead } from '../files/plainFile.ts';
import { damagedWheel } from './faults.ts';
import type { Wheel } from './manifest.ts';

/**
 * Takes the files that a wheel is downloaded for out of it, into a folder that is not in use yet. The wheel's hash is
 * known to be right.
 */
export async function unpackWheel(wheel: Wheel, file: string, folder: string, signal?: AbortSignal): Promise<void> {
  const handle = await openFileToRead(file);
  const left = new Set(Object.keys(wheel.takes));
  try {
    const archive = await yauzl.fromFdPromise(handle.fd, {
      autoClose: false,
      lazyEntries: true,
      strictFileNames: true,
    });
    for await (const entry of archive.eachEntry()) {
      throwIfCancelled(signal);
      const { fileName, uncompressedSize } = entry;
      const [from, as] = Object.entries(wheel.takes).find(([name]) => fileName.startsWith(name)) ?? [];
      if (from === undefined || fileName.endsWith('/')) continue;
      left.delete(from);
      const to = path.join(folder, `${as}${fileName.slice(from.length)}`);
      if (!to.startsWith(path.join(folder, path.sep))) throw new Error(`'${fileName}' leads out of its folder`);
      await makeFolder(path.dirname(to));
      await pipeline(
        await archive.openReadStreamPromise(entry),
        noMoreThan(uncompressedSize),
        createWriteStream(to, { flags: 'wx' }),
        { signal },
      );
    }
    if (left.size > 0) throw new Error(`it has no ${[...left].join(', ')}`);
  } catch (thrown) {
    throwIfCancelled(signal);
    throw damagedWheel(wheel, thrown);
  } finally {
    await handle.close().catch(() => {});
  }
}

function noMoreThan(bytes: number): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      length += chunk.length;
      if (length > bytes) done(new Error('a file in it is longer than it says'));
      else done(null, chunk);
    },
  });
}
