import path from 'node:path';
import { hasImageEnding } from '../contracts/imageEndings.ts';
import { ExplainError, errorReport } from '../errors.ts';
import { type Inside, kindOfContainer } from '../files/inside.ts';
import { parquetImage, parquetRows } from './parquet.ts';
import { DamagedContainer, tarBytes, tarMembers } from './tar.ts';

/** How an image is called that is in a row, counted from 1. */
const ROW = /^row([1-9]\d{0,14})$/;

export const rowName = (row: number) => `row${row + 1}`;

/** An image in a container, and the name that it had before. */
export interface ContainedImage {
  readonly bytes: Uint8Array;
  readonly ids: readonly string[];
}

/** The bytes of an image in a container. @throws ExplainError `image` */
export async function imageInside({ container, kind, name }: Inside, most: number): Promise<ContainedImage> {
  const fail = (why: string) =>
    new ExplainError({
      kind: 'image',
      message: `${path.basename(container)} ${why}.`,
      subject: path.join(container, name),
      next: 'Check the path.',
    });
  if (kind === 'parquet') {
    const row = ROW.exec(name)?.[1];
    if (row === undefined) throw fail(`has no image '${name}'; its images are called row1, row2, …`);
    const { bytes, path: own } = await parquetImage(container, Number(row) - 1);
    if (!bytes) throw fail(`has no image in row ${row}`);
    if (bytes.length > most)
      throw fail(`has an image of ${bytes.length} bytes in row ${row}, and the limit is ${most}`);
    return { bytes, ids: own === null ? [] : [path.posix.basename(own)] };
  }
  try {
    const member = (await tarMembers(container)).get(name);
    if (!member) throw fail(`has no file '${name}'`);
    if (member.size > most) throw fail(`has an image of ${member.size} bytes, and the limit is ${most}`);
    return { bytes: await tarBytes(container, member), ids: [] };
  } catch (thrown) {
    throw thrown instanceof DamagedContainer ? fail(thrown.message) : thrown;
  }
}

/** The images of a tar, by their names. @throws DamagedContainer */
export async function imagesOfTar(file: string): Promise<readonly string[]> {
  return [...(await tarMembers(file)).keys()].filter((name) => hasImageEnding(name));
}

/** The paths of the first images in a container, and whether there are more. @throws ExplainError `image` */
export async function firstImagesIn(container: string, most: number): Promise<FirstImages> {
  const kind = kindOfContainer(container);
  const images = kind === null ? [] : await imagesIn(container, kind);
  return { images: images.slice(0, most), more: images.length > most };
}

export interface FirstImages {
  readonly images: readonly string[];
  readonly more: boolean;
}

/** The paths of all images in a container. @throws ExplainError `image` */
export async function imagesIn(container: string, kind: Inside['kind']): Promise<readonly string[]> {
  try {
    const names = await (kind === 'tar' ? imagesOfTar(container) : rowsOf(container));
    return names.map((name) => path.join(container, name));
  } catch (thrown) {
    const { kind: what, message, next } = errorReport(thrown);
    if (what === 'annotation') throw new ExplainError({ kind: 'image', message, subject: container, next });
    if (!(thrown instanceof DamagedContainer)) throw thrown;
    throw new ExplainError({
      kind: 'image',
      message: `${path.basename(container)} ${thrown.message}.`,
      subject: container,
      next: 'Write it again with the program that made it.',
    });
  }
}

async function rowsOf(parquet: string): Promise<readonly string[]> {
  const { images, rows } = await parquetRows(parquet, false);
  return images === null ? [] : rows.map((_, row) => rowName(row));
}
