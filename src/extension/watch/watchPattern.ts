import path from 'node:path';

/** A folder and a glob within it, as VS Code's file watchers expect them. */
export interface WatchPattern {
  readonly folder: string;
  readonly glob: string;
}

const GLOB = /[*?[\]{}]/;

/** Splits an absolute path or glob at its first wildcard; the part before it is a folder. */
export function watchPattern(pathOrGlob: string): WatchPattern {
  const parts = pathOrGlob.split(/[\\/]/);
  const first = parts.findIndex((part) => GLOB.test(part));
  if (first < 0) return { folder: path.dirname(pathOrGlob), glob: escapeGlob(path.basename(pathOrGlob)) };
  return { folder: parts.slice(0, first).join('/') || '/', glob: parts.slice(first).join('/') };
}

/** A file's name as a glob that matches it and nothing else. */
export function escapeGlob(name: string): string {
  return name.replace(/[*?[\]{}]/g, (c) => `[${c}]`);
}

/** Possible names of files that hold annotations or name their classes; VS Code reports no others. */
export const ANNOTATION_FILES = '*.{bmp,csv,dcm,dicom,jpeg,jpg,json,jsonl,names,npy,png,tif,tiff,tsv,txt,xml,yaml,yml}';
