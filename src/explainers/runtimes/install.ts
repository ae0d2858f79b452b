import { rename, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { ExplainError, throwIfCancelled } from '../errors.ts';
import { diskError, isDiskFull } from '../files/diskError.ts';
import { isAlive } from '../files/isAlive.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { ownFolder } from '../files/ownFolder.ts';
import { readWholeFile } from '../files/plainFile.ts';
import { writeWhole } from '../files/writeWhole.ts';
import { diskFull } from './faults.ts';
import { downloadBytes, installedBytes, manifestFile, megabytes, type Runtime } from './manifest.ts';
import { compileTfjsNode, copyOnnxRuntime, installPackages } from './parts.ts';
import { MARK } from './place.ts';
import { unpackWheel } from './unpack.ts';
import { downloadedWheel } from './wheels.ts';

export interface Installation {
  /** The folder with all runtimes. */
  readonly folder: string;
  /** The interpreter whose pip downloads. */
  readonly python: string;
  /** The file that lists the runtimes, next to their lock files; absent: ours. */
  readonly manifest?: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (message: string) => void;
  /** Bytes that are free on the disk; absent: what the system says. */
  readonly freeBytes?: () => Promise<number>;
}

/**
 * Installs a runtime completely or not at all: everything is downloaded, checked against its hash and unpacked in a
 * folder next to it, which gets the runtime's name last. Wheels that are complete are kept if the network fails, and
 * then used by the next attempt; nothing is kept after a cancel or on a full disk.
 * @returns the runtime's folder
 * @throws ExplainError `usage` or `engine` with the reason, `cancelled`
 */
export async function installRuntime(runtime: Runtime, installation: Installation): Promise<string> {
  const { folder, signal } = installation;
  const work = path.join(folder, `.${runtime.id}.part`);
  try {
    await ownFolder(folder);
    await makeFolder(work);
    await takeTurn(work, runtime);
  } catch (thrown) {
    throw diskError(thrown, folder, `The folder for ${runtime.title}`, 'make room for it');
  }
  try {
    await checkRoom(runtime, installation);
    const made = await assembled(runtime, installation, work);
    throwIfCancelled(signal);
    const place = path.join(folder, runtime.id);
    await rm(place, { recursive: true, force: true });
    await rename(made, place);
    await rm(work, { recursive: true, force: true });
    return place;
  } catch (thrown) {
    if (isDiskFull(thrown) || signal?.aborted) await rm(work, { recursive: true, force: true });
    else for (const name of ['new', 'tmp', TURN]) await rm(path.join(work, name), { recursive: true, force: true });
    throwIfCancelled(signal);
    if (thrown instanceof ExplainError) throw thrown;
    throw isDiskFull(thrown) ? diskFull(runtime.title) : diskError(thrown, folder, runtime.title, 'try again');
  }
}

/** Everything in a new folder, ready to get its name. */
async function assembled(runtime: Runtime, installation: Installation, work: string): Promise<string> {
  const { python, signal, onProgress, manifest = manifestFile() } = installation;
  const { wheels, npm, onnxruntime, compiles } = runtime;
  const made = path.join(work, 'new');
  await rm(made, { recursive: true, force: true });
  await makeFolder(made);
  if (onnxruntime) await copyOnnxRuntime(made);
  if (npm) {
    onProgress?.(`Downloading ${npm.packages} npm packages`);
    await installPackages(path.join(path.dirname(manifest), npm.lock), made, signal);
  }
  let done = 0;
  const all = wheels.reduce((sum, { bytes }) => sum + bytes, 0);
  const files: string[] = [];
  for (const [i, wheel] of wheels.entries()) {
    const say = (bytes: number) =>
      onProgress?.(
        `Downloading ${wheel.name} (${i + 1} of ${wheels.length}): ${megabytes(done + Math.min(bytes, wheel.bytes))} of ${megabytes(all)}`,
      );
    say(0);
    const downloads = { folder: path.join(work, 'wheels'), tmp: path.join(work, 'tmp'), python, signal, onBytes: say };
    files.push(await downloadedWheel(wheel, downloads));
    done += wheel.bytes;
  }
  for (const [i, wheel] of wheels.entries()) {
    onProgress?.(`Unpacking ${wheel.name}`);
    await unpackWheel(wheel, files[i]!, made, signal);
    // Each is removed once it is unpacked, so that the disk never holds everything twice.
    await rm(files[i]!, { force: true });
  }
  if (compiles) {
    onProgress?.('Compiling its binding');
    await compileTfjsNode(made, signal);
  }
  await writeWhole(
    path.join(made, MARK),
    `${JSON.stringify({ id: runtime.id, title: runtime.title, wheels }, null, 2)}\n`,
  );
  return made;
}

/** The process that works in the folder has its number in this file. */
const TURN = 'process';

async function takeTurn(work: string, { title }: Runtime): Promise<void> {
  const file = path.join(work, TURN);
  const other = Number((await readWholeFile(file, 32).catch(() => '')).toString());
  if (other > 0 && isAlive(other)) {
    throw new ExplainError({
      kind: 'usage',
      message: `${title} is being installed by process ${other}.`,
      subject: title,
      next: `Wait until it is done; if that process is another program, remove ${file}.`,
    });
  }
  await rm(file, { force: true });
  await writeWhole(file, String(process.pid), { replace: false });
}

/** Throws before anything is downloaded if the disk has no room for both the files and what is taken from them. */
async function checkRoom(runtime: Runtime, { folder, freeBytes }: Installation): Promise<void> {
  const free = await (freeBytes ?? (() => freeIn(folder)))();
  const needed = downloadBytes(runtime) + installedBytes(runtime);
  if (free < needed) throw diskFull(runtime.title, megabytes(needed - free));
}

async function freeIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
