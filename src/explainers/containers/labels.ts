import type { Inside } from '../files/inside.ts';
import { isRecord } from '../tables.ts';
import { imagesOfTar, rowName } from './images.ts';
import { parquetRows } from './parquet.ts';
import { tarMembers, withTar } from './tar.ts';

const MOST_SIDE_BYTES = 2 ** 20;
/** The name in a row of metadata. */
const NAME = 'file_name';

/** A container's labels as the text of a file that formats read. */
export interface ContainedLabels {
  readonly text: Uint8Array;
  /** A list of images whose folders are their classes, or a text. */
  readonly kind: 'folder' | 'text';
  /** The images are in the container, and the names are paths in it. */
  readonly holdsImages: boolean;
  /** Lines before the first row. */
  readonly head: number;
}

/** @throws ExplainError `annotation`, DamagedContainer */
export async function labelsInside(file: string, kind: Inside['kind']): Promise<ContainedLabels> {
  return kind === 'tar' ? ofTar(file) : ofParquet(file);
}

async function ofParquet(file: string): Promise<ContainedLabels> {
  const { images, columns, rows } = await parquetRows(file);
  if (images === null) {
    const lines = [columns.map(cell), ...rows.map((row) => row.map(cell))];
    return { text: encoded(lines.map((line) => line.join(','))), kind: 'text', holdsImages: false, head: 1 };
  }
  const lines = rows.map((row, i) =>
    JSON.stringify({ [NAME]: rowName(i), ...Object.fromEntries(columns.map((name, c) => [name, row[c]])) }),
  );
  return { text: encoded(lines), kind: 'text', holdsImages: true, head: 0 };
}

/** WebDataset: `key.jpg` with `key.cls` or `key.json`; else a folder per class. */
async function ofTar(file: string): Promise<ContainedLabels> {
  const members = await tarMembers(file);
  const images = await imagesOfTar(file);
  let labelled = false;
  const lines: string[] = [];
  await withTar(file, async (bytesOf) => {
    const textOf = async (name: string) => {
      const member = members.get(name);
      if (!member || member.size > MOST_SIDE_BYTES) return null;
      return new TextDecoder().decode(await bytesOf(member)).trim();
    };
    for (const image of images) {
      const key = keyOf(image);
      // A caption (`key.txt`) is no label.
      const [json, label] = [await textOf(`${key}.json`), await textOf(`${key}.cls`)];
      const row: Record<string, unknown> = json === null ? {} : { ...parsed(json) };
      if (label !== null) row['label'] = /^\d+$/.test(label) ? Number(label) : label;
      labelled ||= Object.keys(row).length > 0;
      lines.push(JSON.stringify({ ...row, [NAME]: image }));
    }
  });
  if (labelled) return { text: encoded(lines), kind: 'text', holdsImages: true, head: 0 };
  return { text: encoded(images), kind: 'folder', holdsImages: true, head: 0 };
}

/** A sample's files have one name up to the first dot. */
function keyOf(image: string): string {
  const dot = image.indexOf('.', image.lastIndexOf('/') + 1);
  return dot < 0 ? image : image.slice(0, dot);
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

/** A cell of a CSV in one line. */
function cell(value: unknown): string {
  const text = Array.isArray(value) ? value.join('|') : isRecord(value) ? JSON.stringify(value) : String(value ?? '');
  const line = text.replace(/[\r\n]+/g, ' ');
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}

function encoded(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}
