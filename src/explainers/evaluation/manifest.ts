import path from 'node:path';
import type { ClassChoice } from '../contracts/classChoice.ts';
import type { EvaluateRequest } from '../contracts/evaluation.ts';
import { ExplainError } from '../errors.ts';
import { NotAFile, readWholeFile } from '../files/plainFile.ts';
import { sha256OfBytes } from '../files/sha256.ts';
import { isRecord, own } from '../tables.ts';
import type { ResultMetrics } from './columns.ts';

/** Increased whenever a field of the manifest, or of the tables, changes its meaning. */
export const SCHEMA = 1;
export const MANIFEST = 'manifest.json';
const MOST_BYTES = 2 ** 29;

/** Everything that decides the rows of an evaluation: `manifest.json`. When and where it ran is not in it. */
export interface Manifest {
  readonly schema: typeof SCHEMA;
  /** The command line that runs it again; a folder for --out is to be added. */
  readonly arguments: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  readonly device: string;
  readonly model: {
    readonly path: string;
    readonly sha256: string | null;
    readonly logits: string;
    readonly activation: string;
  };
  /** How images become inputs and outputs become scores. */
  readonly card: Readonly<Record<string, unknown>>;
  readonly images: {
    readonly folder: string;
    readonly count: number;
    /** In the order of the rows, below the folder. */
    readonly names: readonly string[];
  };
  readonly annotations: {
    /** What was asked for; null: the annotation files around each image. */
    readonly sources: EvaluateRequest['sources'] | null;
    readonly files: readonly string[];
    /** Of the files' contents; of their sizes, if together they are very large. */
    readonly sha256: string;
  };
  readonly inputs: EvaluateRequest['inputs'] | null;
  readonly classes: readonly ClassChoice[];
  readonly methods: EvaluateRequest['methods'];
  readonly assess: EvaluateRequest['assess'];
  readonly compare: boolean;
  readonly seed: number;
  readonly metrics: ResultMetrics;
  readonly maps: boolean;
  /** How many images a part has. */
  readonly partImages: number;
}

/** What must be equal for rows to belong together, by how people call it. Paths differ between machines. */
function settingsOf(manifest: Manifest): Readonly<Record<string, unknown>> {
  const { model, images, annotations, versions, methods, metrics } = manifest;
  return {
    'schema of the results': manifest.schema,
    versions,
    device: manifest.device,
    model: [model.sha256, model.logits, model.activation],
    'model card': manifest.card,
    images: images.names,
    annotations: annotations.sha256,
    '--input': manifest.inputs,
    '--class': manifest.classes,
    methods,
    '--assess': manifest.assess,
    '--compare': manifest.compare,
    '--seed': manifest.seed,
    metrics,
    '--maps': manifest.maps,
    'images of a part': manifest.partImages,
  };
}

/** Names the settings of an evaluation: rows with different ones are never mixed. */
export function settingsKey(manifest: Manifest): string {
  return sha256OfBytes(Buffer.from(JSON.stringify(settingsOf(manifest))));
}

/** What differs between two evaluations, in words; empty: their rows may be mixed. */
export function differences(a: Manifest, b: Manifest): readonly string[] {
  const other = settingsOf(b);
  return Object.entries(settingsOf(a)).flatMap(([name, value]) =>
    JSON.stringify(value) === JSON.stringify(own(other, name)) ? [] : [name],
  );
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** The manifest of a folder of results; null: it has none. @throws ExplainError `usage` for one of something else */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const file = path.join(folder, MANIFEST);
  let text: string;
  try {
    text = (await readWholeFile(file, MOST_BYTES)).toString('utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw foreign(file, thrown instanceof NotAFile ? thrown.message : 'it cannot be read');
  }
  const manifest = parsed(text);
  if (!isRecord(manifest) || !isManifest(manifest)) throw foreign(file, 'it is none of an evaluation');
  if (manifest.schema !== SCHEMA)
    throw foreign(file, `its schema is ${manifest.schema}, and this version reads ${SCHEMA}`);
  return manifest;
}

/** A file from outside: what the code relies on is checked. */
function isManifest(value: object): value is Manifest {
  const { schema, images, metrics, partImages } = value as Partial<Manifest>;
  const texts = (list: unknown) => Array.isArray(list) && list.every((each) => typeof each === 'string');
  return (
    Number.isInteger(schema) &&
    isRecord(images) &&
    texts(own(images, 'names')) &&
    isRecord(metrics) &&
    ['agreement', 'assessment', 'comparison'].every((key) => texts(own(metrics, key as keyof ResultMetrics))) &&
    Number.isInteger(partImages) &&
    Number(partImages) > 0
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function foreign(file: string, why: string): ExplainError {
  return new ExplainError({
    kind: 'usage',
    message: `The manifest in the folder of results is not used because ${why}.`,
    subject: file,
    next: 'Choose another folder.',
  });
}
