import { existsSync } from 'node:fs';
import path from 'node:path';
import { readWholeFile } from '../files/plainFile.ts';
import { here } from '../here.ts';

/** A Python package that only carries libraries. */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly bytes: number;
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly sha256: string;
  /** Bytes of what is taken from it. */
  readonly unpacked: number;
  /** Path in the wheel, or the beginning of several paths → the same in the runtime's folder. */
  readonly takes: Readonly<Record<string, string>>;
}

/** A runtime that a person may install besides ours. */
export interface Runtime {
  /** Its folder among the runtimes. */
  readonly id: string;
  readonly title: string;
  /** What it is for: one sentence. */
  readonly about: string;
  /** `platform-arch`. */
  readonly platforms: readonly string[];
  readonly licences: string;
  readonly wheels: readonly Wheel[];
  /** It is built for this version of ONNX Runtime, and gets a copy of ours. */
  readonly onnxruntime?: string;
  /** The oldest driver of NVIDIA that it works with. */
  readonly driver?: number;
  /** Packages of npm, locked with their hashes; `lock`: the folder of the lock file next to the manifest. */
  readonly npm?: {
    readonly lock: string;
    readonly packages: number;
    readonly bytes: number;
    readonly unpacked: number;
  };
  /** Its binding is compiled here. */
  readonly compiles?: boolean;
}

const LONGEST = 2 ** 20;

/** The file that lists them, whichever bundle or module runs. */
export function manifestFile(): string {
  for (let folder = path.dirname(here); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'media/runtimes/runtimes.json');
    if (existsSync(file) || folder === path.dirname(folder)) return file;
  }
}

/** The runtimes for a platform. */
export async function runtimesFor(
  platform = `${process.platform}-${process.arch}`,
  file = manifestFile(),
): Promise<readonly Runtime[]> {
  const { runtimes } = JSON.parse((await readWholeFile(file, LONGEST)).toString()) as {
    readonly runtimes: readonly Runtime[];
  };
  return runtimes.filter(({ platforms }) => platforms.includes(platform));
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

/** Bytes to download. */
export const downloadBytes = ({ wheels, npm }: Runtime): number =>
  sum(wheels.map(({ bytes }) => bytes)) + (npm?.bytes ?? 0);

/** Bytes on the disk once it is installed. */
export const installedBytes = ({ wheels, npm }: Runtime): number =>
  sum(wheels.map(({ unpacked }) => unpacked)) + (npm?.unpacked ?? 0);

export const megabytes = (bytes: number): string => `${Math.max(1, Math.round(bytes / 1e6)).toLocaleString('en')} MB`;
