import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeImage } from '../../../src/explainers/images/decode.ts';
import { parseDicomFile } from '../../../src/explainers/images/dicom/dataset.ts';
import { type DecoderName, decoders } from '../../../src/explainers/images/thread/decoders.ts';
import { decodeLimit, decodeOnThread } from '../../../src/explainers/images/thread/decoderThread.ts';
import { WorkThreads } from '../../../src/explainers/images/thread/workThreads.ts';
import { OpenImages } from '../../../src/explainers/session/openImages.ts';
import { bandTiff } from '../../bandTiff.ts';
import { childProgram } from '../../childProgram.ts';
import { root } from '../../data.ts';

const dicom = (name: string) => path.join(root, 'test/fixtures/images/dicom', name);
/** 100 × 100 pixels in 1590 bytes, at which a decoder of JPEG-LS computes for a quarter of a minute. */
const slow = path.join(root, 'test/fixtures/hostile/slow.jls.dcm');

const own = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-decoders-'));
const bands = path.join(own, 'bands.tif');
writeFileSync(
  bands,
  bandTiff(
    [4, 4],
    6,
    Uint8Array.from({ length: 96 }, (_, i) => i),
  ),
);
afterAll(() => rmSync(own, { recursive: true, force: true }));

/** An image of each decoder. */
const IMAGES: Readonly<Record<DecoderName, string>> = {
  bands,
  bmp: path.join(root, 'test/fixtures/images/raster/rgb.bmp'),
  pnm: path.join(root, 'test/fixtures/images/raster/grey16.pgm'),
  inflate: dicom('deflated.dcm'),
  elements: dicom('deflated.dcm'),
  rle: dicom('rle.dcm'),
  jpeg12: dicom('pydicom/JPGExtended.dcm'),
  jpegLossless: dicom('jpegLossless.dcm'),
  jpegLs: dicom('jpegLs.dcm'),
  jpeg2000: dicom('jpeg2000.dcm'),
};

/** Threads of this process; 0 where the system does not list them. */
const threadCount = () => (existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : 0);

describe('decoding takes place on a thread, within a time', () => {
  test('a file that a decoder would compute at for long is refused, and the next ones are decoded', async () => {
    let turns = 0;
    const beat = setInterval(() => turns++, 20);
    try {
      await expect(decodeImage(slow)).rejects.toMatchObject({
        kind: 'image',
        message: expect.stringMatching(/slow\.jls\.dcm could not be decoded within 4 s/),
        next: expect.stringContaining('PNG'),
      });
    } finally {
      clearInterval(beat);
    }
    // Meanwhile this thread did other things.
    expect(turns).toBeGreaterThan(20);
    for (const file of Object.values(IMAGES)) expect((await decodeImage(file)).size[0]).toBeGreaterThan(0);
  });

  test.each(Object.keys(decoders) as DecoderName[])(
    '%s: its image, and a refusal of what it cannot read',
    async (name) => {
      expect((await decodeImage(IMAGES[name])).size[0]).toBeGreaterThan(0);
      await expect(decodeOnThread(name, {} as never, { path: 'x.dcm', pixels: 1 })).rejects.toThrow();
      expect((await decodeImage(IMAGES[name])).size[0]).toBeGreaterThan(0);
    },
  );

  test('a cancel ends the decoder in the middle of its work, and the next ones are decoded', async () => {
    const cancel = new AbortController();
    const decoding = decodeImage(slow, cancel.signal);
    decoding.catch(() => {});
    // It is computing, or waits for its turn; both end.
    await new Promise((resolve) => setTimeout(resolve, 200));
    cancel.abort();
    await expect(decoding).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(decodeImage(slow, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
    for (const file of Object.values(IMAGES)) expect((await decodeImage(file)).size[0]).toBeGreaterThan(0);
  });

  test('an image that several requests wait for is decoded until the last of them is cancelled', async () => {
    const images = new OpenImages();
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [first, second].map(({ signal }) => images.open(slow, signal));
    for (const each of waiting) each.catch(() => {});
    first.abort();
    await expect(waiting[0]).rejects.toMatchObject({ kind: 'cancelled' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const during = threadCount();
    second.abort();
    await expect(waiting[1]).rejects.toMatchObject({ kind: 'cancelled' });
    // Its thread has ended long before its time limit.
    if (during > 0) await expect.poll(threadCount, { timeout: 2500 }).toBeLessThan(during);
    // Asked again, it is decoded again.
    await expect(images.open(slow, AbortSignal.timeout(100))).rejects.toMatchObject({ kind: 'cancelled' });
    expect((await images.open(IMAGES.rle)).image.size).toEqual([17, 22]);
  });

  test('tasks beyond those that run at once wait for their turn; a cancelled one does not take it', async () => {
    const program = `
      const { parentPort } = require('node:worker_threads');
      parentPort.on('message', ({ request }) => {
        if (request === undefined) return;
        parentPort.postMessage({ begun: true });
        if (request === 'ever') for (;;);
        parentPort.postMessage({ answer: request });
      });`;
    const threads = new WorkThreads(program, 1);
    const cancel = new AbortController();
    const task = (request: string, limit = 60_000, signal?: AbortSignal) =>
      threads.run({ name: '', request, limit, signal, tooSlow: () => new Error('too slow') });
    const slow = task('ever', 50);
    const waiting = task('ever', 60_000, cancel.signal);
    const next = task('next');
    for (const each of [slow, waiting]) each.catch(() => {});
    cancel.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(slow).rejects.toThrow('too slow');
    expect(await next).toBe('next');
    const running = task('ever', 60_000, AbortSignal.timeout(100));
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await task('after')).toBe('after');
  });

  test('a DICOM file of millions of empty elements is refused in time, deflated or not', async () => {
    const elements = new Uint8Array(24_000_000);
    const view = new DataView(elements.buffer);
    for (let at = 0; at < elements.length; at += 8) {
      view.setUint32(at, (16 + ((at >> 3) % 65_000)) * 65_536 + 9, true);
      view.setUint16(at + 4, 0x4f4c, true); // 'LO'
    }
    const uid = '1.2.840.10008.1.2.1\0';
    const meta = [2, 0, 16, 0, 0x55, 0x49, uid.length, 0, ...Buffer.from(uid)];
    const bytes = new Uint8Array(Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), Buffer.from(meta), elements]));
    let turns = 0;
    const beat = setInterval(() => turns++, 20);
    await expect(decodeImage({ path: 'many.dcm', bytes })).rejects.toMatchObject({ subject: 'many.dcm' });
    const deflated = { path: 'x.dcm', bytes: new Uint8Array(readFileSync(IMAGES.inflate)) };
    const list = async (all: Uint8Array, inflated: boolean) =>
      void (await decodeOnThread('elements', { bytes: all, inflated }, { path: 'x.dcm', pixels: 1 }, 200));
    await expect(parseDicomFile(deflated, async () => elements, list)).rejects.toThrow(/within 0\.2 s/);
    clearInterval(beat);
    expect(turns).toBeGreaterThan(5);
  });

  test('larger pictures may take longer', () => {
    expect(decodeLimit(1)).toBeCloseTo(4000, 0);
    expect(decodeLimit(2 ** 28)).toBeGreaterThan(200_000);
  });

  test('many at once give what each gives alone', async () => {
    const files = Object.values(IMAGES).flatMap((file) => [file, file]);
    const all = await Promise.all(files.map((file) => decodeImage(file)));
    for (const [i, file] of files.entries()) expect(all[i]).toEqual(await decodeImage(file));
  });

  test('a thread that waits holds no process back', async () => {
    const code = `
      import { decodeImage } from './src/explainers/images/decode.ts';
      console.log((await decodeImage(process.argv[2])).size.join());`;
    const { status, stdout } = spawnSync(process.execPath, [await childProgram('decodesAndEnds', code), IMAGES.rle], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect([status, stdout.trim()]).toEqual([0, '17,22']);
  });
});
