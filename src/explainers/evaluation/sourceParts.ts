import path from 'node:path';
import type { Copied } from './copiedColumns.ts';
import { partName, partOf, type TableName } from './partFiles.ts';
import type { PartNotes } from './partNotes.ts';
import { readTables, type Table } from './readTable.ts';

/** A part that rows may be taken from, and what it says about itself. */
export interface Source {
  readonly folder: string;
  readonly file: string;
  readonly notes: PartNotes;
}

/** A table, and the rows of each image in it. */
interface Opened {
  readonly table: Table;
  readonly rows: ReadonlyMap<string, readonly number[]>;
}

/** Rows by image, from the parts that hold them; a part is in memory from its first image to its last. */
export class SourceParts {
  readonly #of: ReadonlyMap<string, Source>;
  readonly #open = new Map<string, Promise<Opened>>();
  /** How many images each part has yet to give. */
  readonly #left = new Map<Source, number>();

  /** @param names the images that will be asked for */
  constructor(names: readonly string[], of: ReadonlyMap<string, Source>) {
    this.#of = of;
    for (const name of names) this.#count(of.get(name)!, 1);
  }

  async rows(table: TableName, image: string): Promise<readonly Copied[]> {
    const source = this.#of.get(image)!;
    const file = fileOf(source, table);
    const opening = this.#open.get(file) ?? open(file);
    this.#open.set(file, opening);
    const opened = await opening;
    return (opened.rows.get(image) ?? []).map((row) => ({ table: opened.table, row }));
  }

  /** The images will not be asked for again. */
  passed(names: readonly string[]): void {
    for (const name of names) {
      const source = this.#of.get(name)!;
      if (this.#count(source, -1) > 0) continue;
      for (const table of ['part', 'scores', 'pairs'] as const) this.#open.delete(fileOf(source, table));
    }
  }

  #count(source: Source, more: number): number {
    const left = (this.#left.get(source) ?? 0) + more;
    this.#left.set(source, left);
    return left;
  }
}

function fileOf({ folder, file }: Source, table: TableName): string {
  return path.join(folder, partName(table, partOf(path.basename(file))!));
}

async function open(file: string): Promise<Opened> {
  const table = await readTables([file]);
  const images = table.columns.get('image');
  const rows = new Map<string, number[]>();
  if (images?.kind === 'text')
    for (let row = 0; row < table.rows; row++) {
      const name = images.texts[images.codes[row]!]!;
      const known = rows.get(name);
      if (known) known.push(row);
      else rows.set(name, [row]);
    }
  return { table, rows };
}
