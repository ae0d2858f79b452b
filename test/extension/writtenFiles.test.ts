// What the extension itself writes, on a disk that is full or can only be read: the card next to a model, and the last
// findings.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkedSoFar } from '../../src/extension/findings/checked.ts';
import { Findings } from '../../src/extension/findings/findings.ts';
import { writeModelCard } from '../../src/extension/models/modelCard.ts';
import type { ExplainerClient } from '../../src/extension/worker/client.ts';
import { type Disk, makeDisk, noDisks } from '../disks.ts';
import { finding } from './findings/finding.ts';

vi.mock('vscode', async () => ({
  ...(await import('./findings/vscode.ts')),
  workspace: { isTrusted: true },
  window: { showTextDocument: async () => {} },
  ViewColumn: { Beside: -2 },
}));

const skipped = noDisks();
const why = skipped ? `: ${skipped}` : '';

let disk: Disk;
beforeEach(() => {
  if (!skipped) disk = makeDisk(64);
});
afterEach(() => {
  if (!skipped) disk.remove();
});

/** Leaves no room on the disk. */
function fill(): void {
  try {
    for (let n = 0; ; n++) writeFileSync(path.join(disk.folder, `filler${n}`), Buffer.alloc(4096));
  } catch {
    // It is full.
  }
}
const unfinished = () => readdirSync(disk.folder).filter((name) => name.endsWith('.part'));

describe.skipIf(skipped)(`a model card${why}`, () => {
  const model = () => path.join(disk.folder, 'net.onnx');
  const card = () => path.join(disk.folder, 'net.explain.json');
  const text = '{ "model": "net.onnx" }\n'.padEnd(3000);
  const client = { request: async () => ({ path: card(), text }) } as unknown as ExplainerClient;
  const OTHERWISE = expect.stringContaining('copy the model to a writable folder');

  test('a full disk: the reason, no half card, and with room it is written', async () => {
    fill();
    await expect(writeModelCard(client, model())).rejects.toMatchObject({
      kind: 'usage',
      message: 'The model card cannot be written because the disk is full (ENOSPC).',
      subject: card(),
      next: OTHERWISE,
    });
    const names = readdirSync(disk.folder);
    expect([names.includes('net.explain.json'), unfinished()]).toEqual([false, []]);
    for (const name of names) rmSync(path.join(disk.folder, name));
    expect(await writeModelCard(client, model())).toBe(card());
    expect(readFileSync(card(), 'utf8')).toBe(text);
  });

  test('a disk that can only be read: the reason; a card that is there stays as it is', async () => {
    disk.readOnly();
    await expect(writeModelCard(client, model())).rejects.toMatchObject({
      kind: 'usage',
      message: 'The model card cannot be written because the disk is read-only (EROFS).',
      next: OTHERWISE,
    });
  });
});

describe.skipIf(skipped)(`the findings of the last check${why}`, () => {
  const findings = () => new Findings({ storage: disk.folder, reviewer: {} as never, minimumScore: () => 0 });
  const run = (count: number) =>
    checkedSoFar(
      { path: '/data', kind: 'folder' },
      '/m.onnx',
      Array.from({ length: count }, (_, i) => finding(`finding ${i}`, { file: path.join(disk.folder, 'labels.json') })),
    );

  test.each([
    ['full', fill],
    ['read-only', () => disk.readOnly()],
  ])('a disk that is %s: they are shown; the earlier ones stay whole for the next window', async (_, harm) => {
    const one = findings();
    one.replace(run(3));
    await one.saved();
    harm();
    one.replace(run(100));
    await one.saved();
    expect(one.all).toHaveLength(100);
    expect(unfinished()).toEqual([]);
    const next = findings();
    await next.restore();
    expect(next.all).toHaveLength(3);
  });
});
