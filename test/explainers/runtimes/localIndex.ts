import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Runtime, Wheel } from '../../../src/explainers/runtimes/manifest.ts';

/** Why nothing can be installed here; undefined: it can. */
export function noPip(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'runtimes are installed on Linux x64 only';
  try {
    execFileSync('python3', ['-m', 'pip', '--version'], { stdio: 'pipe' });
    return undefined;
  } catch {
    return 'no Python with pip (on Debian and Ubuntu: apt install python3-pip)';
  }
}

/** How pip asks this index and no other, whatever it is set up for. */
export const onlyIndex = (url: string): Readonly<Record<string, string>> => ({
  PIP_INDEX_URL: `${url}/simple`,
  PIP_CONFIG_FILE: '/dev/null',
  PIP_EXTRA_INDEX_URL: '',
  PIP_FIND_LINKS: '',
  PIP_NO_INDEX: '',
});

const ZIP = `
import random, sys, zipfile
name, version, out = sys.argv[1:4]
info = f'{name}-{version}.dist-info'
with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as wheel:
    for given in sys.argv[4:]:
        file, size = given.split('=')
        wheel.writestr(file, random.Random(size).randbytes(int(size)))
    wheel.writestr(f'{info}/METADATA', f'Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n')
    wheel.writestr(f'{info}/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: false\\nTag: py3-none-any\\n')
    wheel.writestr(f'{info}/RECORD', '')
`;

/** Two wheels with libraries in them, and the runtime that takes them. */
export interface Goods {
  readonly runtime: Runtime;
  /** File name → bytes. */
  readonly files: ReadonlyMap<string, Buffer>;
}

export function goods(id: string, change: Partial<Runtime> = {}): Goods {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-wheels-'));
  try {
    const files = new Map<string, Buffer>();
    const wheels = [
      ['lens_first', 'one/lib/libone.so', 300_000],
      ['lens_second', 'two/lib/libtwo.so', 200_000],
    ].map(([name, library, size]): Wheel => {
      const file = `${name}-1.0-py3-none-any.whl`;
      const place = path.join(folder, file);
      execFileSync('python3', ['-c', ZIP, String(name), '1.0', place, `${library}=${size}`, 'other.txt=10']);
      const bytes = readFileSync(place);
      files.set(file, bytes);
      return {
        name: String(name).replace('_', '-'),
        version: '1.0',
        file,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        unpacked: Number(size),
        takes: { [String(library)]: `lib/${path.basename(String(library))}` },
      };
    });
    const runtime = {
      id,
      title: 'Libraries of the Test',
      about: 'For tests.',
      platforms: ['linux-x64'],
      licences: 'no licence',
      wheels,
      ...change,
    };
    return { runtime, files };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A package index on this machine. */
export interface LocalIndex {
  readonly url: string;
  /** The wheels that were asked for, in order. */
  readonly asked: string[];
  /** Sends half of a file and then nothing; the name of a wheel. */
  stall: string | undefined;
  /** Sends other bytes of the same length. */
  change: string | undefined;
  close(): Promise<void>;
}

export async function localIndex({ runtime, files }: Goods): Promise<LocalIndex> {
  const server = http.createServer((request, response) => {
    const name = path.posix.basename(request.url!.replace(/\/$/, ''));
    const bytes = files.get(name);
    const wheel = runtime.wheels.find((each) => each.name === name);
    if (wheel) {
      response.setHeader('content-type', 'text/html');
      response.end(`<a href="/files/${wheel.file}">${wheel.file}</a>`);
    } else if (bytes) {
      index.asked.push(name);
      response.setHeader('content-length', bytes.length);
      if (index.stall === name) response.write(bytes.subarray(0, bytes.length / 2));
      else response.end(index.change === name ? bytes.map((value) => value ^ 1) : bytes);
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const index: LocalIndex = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    stall: undefined,
    change: undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return index;
}

/** The runtimes of a test as a manifest. */
export function writeManifest(file: string, runtimes: readonly Runtime[]): string {
  writeFileSync(file, JSON.stringify({ runtimes }, null, 2));
  return file;
}
