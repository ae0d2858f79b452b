import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../files/makeFolder.ts';
import { sha256Of } from '../files/sha256.ts';
import { writeWhole } from '../files/writeWhole.ts';
import { downloadFault, wrongHash } from './faults.ts';
import type { Wheel } from './manifest.ts';
import { started } from './started.ts';

export interface Downloads {
  /** Where complete wheels lie; what is not complete is in `tmp`. */
  readonly folder: string;
  readonly tmp: string;
  readonly python: string;
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes of the wheel so far. */
  readonly onBytes?: (bytes: number) => void;
}

/** Wheels for this Python hold the libraries, whatever Python downloads them. */
const FOR = [
  ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--abi', 'none'],
  ...['manylinux_2_28', 'manylinux_2_27', 'manylinux_2_17', 'manylinux2014'].flatMap((system) => [
    '--platform',
    `${system}_x86_64`,
  ]),
];
const LOOKS = 300;

/**
 * A wheel, downloaded by pip from the index that it is set up for, unless it is there already. Its hash is right, or it
 * is removed and an error thrown.
 * @returns its file
 */
export async function downloadedWheel(wheel: Wheel, downloads: Downloads): Promise<string> {
  const { folder, tmp, python, signal, onBytes } = downloads;
  const file = path.join(folder, wheel.file);
  if (await isWhole(wheel, file, signal)) return file;
  for (const each of [file, tmp]) await rm(each, { recursive: true, force: true });
  for (const each of [folder, tmp]) await makeFolder(each);
  const wanted = path.join(tmp, 'wanted.txt');
  await writeWhole(wanted, `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const watch = setInterval(() => void bytesIn(tmp).then(onBytes), LOOKS);
  try {
    const { code, printed } = await started({
      program: python,
      args: [
        ...['-m', 'pip', 'download', '--quiet', '--no-input', '--disable-pip-version-check', '--no-cache-dir'],
        ...['--no-deps', '--only-binary=:all:', ...FOR, '--retries', '2', '--timeout', '20'],
        ...['--require-hashes', '-r', wanted, '-d', folder],
      ],
      folder: tmp,
      // It collects the file here, so that a full disk is this one, and nothing is left elsewhere.
      env: { TMPDIR: tmp, PIP_REQUIRE_VIRTUALENV: '0', PYTHONUTF8: '1' },
      signal,
    });
    if (code !== 0) throw downloadFault(printed, wheel.file, python);
  } finally {
    clearInterval(watch);
    await rm(tmp, { recursive: true, force: true });
  }
  if (!(await isWhole(wheel, file, signal))) {
    await rm(file, { force: true });
    throw wrongHash(wheel.file);
  }
  return file;
}

async function isWhole(wheel: Wheel, file: string, signal: AbortSignal | undefined): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found?.size === wheel.bytes && (await sha256Of(file, signal)) === wheel.sha256;
}

/** Bytes of all files in a folder so far; files may come and go. */
async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(path.join(folder, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((all, size) => all + size, 0);
}
