// Installing a runtime from a package index on this machine, with the real pip: completely or not at all.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { errorReport } from '../../../src/explainers/errors.ts';
import { type Installation, installRuntime } from '../../../src/explainers/runtimes/install.ts';
import { installedRuntimes, removeRuntime } from '../../../src/explainers/runtimes/place.ts';
import { type Disk, makeDisk, noDisks } from '../../disks.ts';
import { type Goods, goods, type LocalIndex, localIndex, noPip, onlyIndex } from './localIndex.ts';

const missing = noPip();
let ware: Goods;
let index: LocalIndex;
let folder: string;
const before = { ...process.env };
beforeAll(() => {
  if (!missing) ware = goods('test');
});
beforeEach(async ({ skip }) => {
  if (missing) skip(missing);
  folder = mkdtempSync(path.join(os.tmpdir(), 'runtimes-'));
  index = await localIndex(ware);
  Object.assign(process.env, onlyIndex(index.url));
});
afterEach(async () => {
  if (missing) return;
  await index.close();
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => {
  process.env = before;
});

const install = (options: Partial<Installation> = {}) =>
  installRuntime(ware.runtime, { folder, python: 'python3', ...options });
const failure = (work: Promise<unknown>) => work.then(() => expect.unreachable(), errorReport);
const [first, second] = ['lens_first-1.0-py3-none-any.whl', 'lens_second-1.0-py3-none-any.whl'];
/** Everything below a folder. */
const all = (place = folder) => readdirSync(place, { recursive: true }).map(String).sort();

describe('a runtime from a package index', () => {
  test('is installed, with what is taken from its wheels and nothing else; and removed', async () => {
    const said: string[] = [];
    const place = await install({ onProgress: (message) => said.push(message) });
    expect(place).toBe(path.join(folder, 'test'));
    expect(all()).toEqual(['test', 'test/installed.json', 'test/lib', 'test/lib/libone.so', 'test/lib/libtwo.so']);
    expect(statSync(path.join(place, 'lib/libone.so')).size).toBe(300_000);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(said).toContain('Downloading lens-first (1 of 2): 1 MB of 1 MB');
    expect(said.at(-1)).toBe('Unpacking lens-second');
    expect(installedRuntimes(folder)).toEqual(['test']);
    expect(await removeRuntime(folder, 'test')).toBe(true);
    expect(all()).toEqual([]);
    expect(await removeRuntime(folder, 'test')).toBe(false);
  });

  test('a file with another hash is thrown away, and nothing is installed', async () => {
    index.change = second;
    expect(await failure(install())).toMatchObject({ kind: 'engine', message: expect.stringContaining('SHA-256') });
    expect(installedRuntimes(folder)).toEqual([]);
    expect(all().filter((name) => name.endsWith('.whl'))).toEqual([`.test.part/wheels/${first}`]);
  });

  test('a cancel in the middle of a file: pip ends, and nothing is left', async () => {
    index.stall = second;
    const abort = new AbortController();
    const installing = failure(install({ signal: abort.signal }));
    await expect.poll(() => index.asked).toEqual([first, second]);
    abort.abort();
    expect(await installing).toMatchObject({ kind: 'cancelled' });
    expect(all()).toEqual([]);
  });

  test('a connection that breaks in the middle: nothing is installed; a complete file is not downloaded again', async () => {
    index.stall = second;
    const installing = failure(install());
    await expect.poll(() => index.asked).toContain(second);
    await index.close();
    expect((await installing).message).toMatch(/the download broke off|cannot be reached/);
    expect(installedRuntimes(folder)).toEqual([]);
    index = await localIndex(ware);
    Object.assign(process.env, onlyIndex(index.url));
    await install();
    expect(index.asked).toEqual([second]);
    expect(installedRuntimes(folder)).toEqual(['test']);
  });

  test('without a network it says so', async () => {
    await index.close();
    expect(await failure(install())).toMatchObject({
      kind: 'usage',
      message: `${first} cannot be downloaded because the package index cannot be reached.`,
      next: expect.stringMatching(/^Connect to the network/),
    });
    expect(installedRuntimes(folder)).toEqual([]);
  });

  test('what a killed attempt left does not count, and is not trusted', async () => {
    const work = path.join(folder, '.test.part');
    for (const name of ['wheels', 'new/lib', 'tmp']) mkdirSync(path.join(work, name), { recursive: true });
    writeFileSync(path.join(work, 'process'), String(2 ** 22 - 1));
    writeFileSync(
      path.join(work, 'wheels', first),
      readFileSync(process.execPath).subarray(0, ware.files.get(first)!.length),
    );
    writeFileSync(path.join(work, 'new/lib/libone.so'), 'half');
    expect(installedRuntimes(folder)).toEqual([]);
    await install();
    expect(index.asked).toEqual([first, second]);
    expect(statSync(path.join(folder, 'test/lib/libone.so')).size).toBe(300_000);
  });

  test('a second attempt while another process installs it is refused', async () => {
    mkdirSync(path.join(folder, '.test.part'));
    writeFileSync(path.join(folder, '.test.part/process'), String(process.pid));
    expect(await failure(install())).toMatchObject({ kind: 'usage', message: /is being installed by process/ });
    expect(index.asked).toEqual([]);
  });

  test('a disk without room for it: said before anything is downloaded', async () => {
    expect(await failure(install({ freeBytes: async () => 900_000 }))).toMatchObject({
      kind: 'usage',
      message: 'The disk has no room for Libraries of the Test: 1 MB are missing.',
    });
    expect(index.asked).toEqual([]);
    expect(all()).toEqual([]);
  });

  test('an old one stays until the new one is complete', async () => {
    const place = await install();
    writeFileSync(path.join(place, 'old'), '');
    rmSync(path.join(folder, '.test.part'), { recursive: true, force: true });
    index.change = first;
    await failure(install());
    expect(existsSync(path.join(place, 'old'))).toBe(true);
    index.change = undefined;
    await install();
    expect(existsSync(path.join(place, 'old'))).toBe(false);
    expect(installedRuntimes(folder)).toEqual(['test']);
  });

  test('a wheel without the library is named, and a package that the index does not have', async () => {
    const [one, two] = ware.runtime.wheels;
    const other = (wheel: object) => ({ ...ware.runtime, wheels: [{ ...one!, ...wheel }, two!] });
    const lacks = installRuntime(other({ takes: { 'one/lib/libzero.so': 'lib/libzero.so' } }), {
      folder,
      python: 'python3',
    });
    expect(await failure(lacks)).toMatchObject({ message: expect.stringContaining('it has no one/lib/libzero.so') });
    const unknown = installRuntime(other({ name: 'lens-third' }), { folder: `${folder}/b`, python: 'python3' });
    expect(await failure(unknown)).toMatchObject({ message: expect.stringContaining('does not have lens_first') });
  });

  test('without Python it says what is missing', async () => {
    expect(await failure(install({ python: path.join(folder, 'no-python') }))).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/no-python' does not start here/),
      next: expect.stringContaining('saliencyLens.import.python'),
    });
  });
});

const full = noDisks();
describe.skipIf(full)(`on a small disk${full ? `: ${full}` : ''}`, () => {
  let disk: Disk;
  beforeEach(() => {
    disk = makeDisk(700);
  });
  afterEach(() => disk.remove());

  test('that fills up in the middle: it says so, and its space is free again', async () => {
    const options = { folder: path.join(disk.folder, 'runtimes'), freeBytes: async () => 1e9 };
    expect(await failure(install(options))).toMatchObject({ kind: 'usage', message: /The disk has no room for/ });
    expect(all(options.folder)).toEqual([]);
  });

  test('that can only be read', async () => {
    disk.readOnly();
    const { message, next } = await failure(install({ folder: path.join(disk.folder, 'runtimes') }));
    expect(message).toMatch(/the disk is read-only \(EROFS\)/);
    expect(next).toBeTruthy();
  });
});
