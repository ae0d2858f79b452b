import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from '../data.ts';

const PACKED = path.join(root, 'test/reference/keras/files');
let unpacked: string | undefined;

/** The folder of the models of keras/files.py, unpacked once for a process and removed at its end. */
export function kerasFiles(): string {
  if (unpacked !== undefined) return unpacked;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-keras-'));
  for (const name of readdirSync(PACKED, { recursive: true, encoding: 'utf8' })) {
    const to = path.join(folder, name.replace(/\.gz$/, ''));
    mkdirSync(path.dirname(to), { recursive: true });
    if (name.endsWith('.gz')) writeFileSync(to, gunzipSync(readFileSync(path.join(PACKED, name))));
  }
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  unpacked = folder;
  return folder;
}
