// A file with a model and its explanation, on a disk that is full or read-only: the reason, and no half of a file.
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Session } from '../../../../src/explainers/session.ts';
import { type Disk, makeDisk, noDisks } from '../../../disks.ts';
import { tinyClassifier, writeModel } from '../../../tinyModels.ts';

const skipped = noDisks();
const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-export-disk-'));
const session = new Session({ threads: 1 });
afterAll(async () => {
  await session.dispose();
  rmSync(folder, { recursive: true });
});

describe.skipIf(skipped)(`an exported file${skipped ? `: ${skipped}` : ''}`, () => {
  let disk: Disk;
  beforeEach(() => {
    disk = makeDisk(64);
  });
  afterEach(() => disk.remove());
  const out = () => path.join(disk.folder, 'net.explained.onnx');
  const written = () => {
    const model = writeModel(folder, tinyClassifier());
    return session.exportModel({ model, methods: [{ id: 'gradCam' }, { id: 'lrp' }], classes: [], out: out() });
  };
  const next = expect.stringContaining('choose another file with --out');

  test('a full disk: the file that was there stays, and with room it is replaced', async () => {
    writeFileSync(out(), 'an earlier file');
    try {
      for (let n = 0; ; n++) writeFileSync(path.join(disk.folder, `filler${n}`), Buffer.alloc(4096));
    } catch {
      // It is full.
    }
    const message = 'The model cannot be written because the disk is full (ENOSPC).';
    await expect(written()).rejects.toMatchObject({ kind: 'usage', message, subject: out(), next });
    expect(statSync(out()).size).toBe('an earlier file'.length);
    for (const name of readdirSync(disk.folder)) {
      expect(name).not.toMatch(/\.part$/);
      if (name.startsWith('filler')) rmSync(path.join(disk.folder, name));
    }
    expect((await written()).bytes).toBe(statSync(out()).size);
  });

  test('a disk that can only be read: the reason', async () => {
    disk.readOnly();
    await expect(written()).rejects.toMatchObject({ kind: 'usage', subject: out(), next });
    expect(readdirSync(disk.folder)).toEqual([]);
  });
});
