import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openResults } from '../../../src/explainers/evaluation/results.ts';
import { sha256OfBytes } from '../../../src/explainers/files/sha256.ts';
import { writePlanted } from '../labelCheck/planted.ts';
import { cli, type Ran } from './cli.ts';

/** A folder with eighteen images, their labels and a model, for evaluations in it. */
export class EvaluationFolder {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-evaluate-'));
  #count = 0;

  constructor() {
    mkdirSync(path.join(this.folder, 'data'));
    writePlanted(path.join(this.folder, 'data'));
  }

  /** The arguments of an evaluation; parts of four images. */
  static args(out: string, ...more: readonly string[]): string[] {
    return ['evaluate', '--images', 'data/images', '--model', 'data/colours.explain.json', '--annotations', 'data/labels.coco.json', '--out', out, '--part-images', '4', '--method', 'gradCam,gradient', ...more]; // biome-ignore format: one line
  }

  /** A name for results that nothing has yet. */
  out(): string {
    return `out${++this.#count}`;
  }

  evaluate(out: string, ...more: readonly string[]): Promise<Ran> {
    return cli(EvaluationFolder.args(out, ...more), { cwd: this.folder });
  }

  merge(out: string, ...folders: readonly string[]): Promise<Ran> {
    return cli(['merge', ...folders, '--out', out], { cwd: this.folder });
  }

  at(...names: readonly string[]): string {
    return path.join(this.folder, ...names);
  }

  copy(from: string): string {
    const to = this.out();
    cpSync(this.at(from), this.at(to), { recursive: true });
    return to;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  results(out: string): ReturnType<typeof openResults> {
    return openResults(this.at(out));
  }

  /** The SHA-256 of everything that equal runs write equally, by name: all files but the timings. */
  bytes(out: string): Readonly<Record<string, string>> {
    const names = (readdirSync(this.at(out), { recursive: true }) as string[]).sort();
    const files = names.filter((name) => !name.startsWith('timings') && statSync(this.at(out, name)).isFile());
    return Object.fromEntries(files.map((name) => [name, sha256OfBytes(readFileSync(this.at(out, name)))]));
  }
}

/** A table as rows, for tests. */
export async function rowsOf(
  results: Awaited<ReturnType<typeof openResults>>,
  table: 'part' | 'scores' | 'pairs' = 'part',
): Promise<Record<string, string | number | number[] | null>[]> {
  const { rows, columns } = await results.read(table);
  return Array.from({ length: rows }, (_, row) => {
    const cells = [...columns].map(([name, column]) => {
      if (column.kind === 'text') return [name, column.codes[row] === -1 ? null : column.texts[column.codes[row]!]!];
      if (column.kind === 'numbers') return [name, [...column.values[row]!]];
      return [name, Number.isNaN(column.values[row]) ? null : column.values[row]!];
    });
    return Object.fromEntries(cells) as Record<string, string | number | number[] | null>;
  });
}
