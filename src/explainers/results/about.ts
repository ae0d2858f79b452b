import path from 'node:path';
import type { AgreementOptions } from '../contracts/agreement.ts';
import type { AnnotationSource } from '../contracts/card.ts';
import type { AnyParameters } from '../contracts/parameters.ts';
import type { GivenInputs } from '../contracts/results.ts';
import { isRecord, own } from '../tables.ts';
import type { Decision } from './loadLabelled.ts';

/** What the manifest of a results folder says about them. Every field may be missing: the file comes from outside. */
export interface About {
  /** The card or model, where the evaluation ran. */
  readonly model: string | null;
  readonly sha256: string | null;
  /** The preset that the command line named. */
  readonly preset: string | null;
  readonly labels: readonly string[];
  readonly decision: Decision;
  /** The folder that the names of images are below. */
  readonly images: string | null;
  readonly sources: readonly AnnotationSource[] | null;
  readonly inputs: GivenInputs | null;
  readonly methods: readonly AboutMethod[];
  /** Ids: of agreement, then tests of the maps. */
  readonly metrics: readonly string[];
  readonly seed: number;
  /** For people. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

export interface AboutMethod {
  readonly id: string;
  readonly parameters: AnyParameters;
  readonly agreement: AgreementOptions;
}

type Fields = Readonly<Record<string, unknown>>;

export function aboutResults(manifest: Fields, folder: string): About {
  const [model, card, images, annotations] = ['model', 'card', 'images', 'annotations'].map((name) =>
    record(manifest, name),
  );
  const sources = own(annotations!, 'sources');
  const place = text(images!, 'folder');
  const methods = list(own(manifest, 'methods')).filter(isRecord).map(methodOf);
  const seed = Number(own(manifest, 'seed') ?? 0);
  const inputs = own(manifest, 'inputs');
  return {
    model: text(model!, 'path'),
    preset: presetOf(list(own(manifest, 'arguments'))),
    sha256: text(model!, 'sha256'),
    labels: list(own(card!, 'labels')).map(String),
    decision: decisionOf(card!),
    images: place === null ? null : path.resolve(folder, place),
    sources: Array.isArray(sources) ? (sources.filter(isRecord) as unknown as readonly AnnotationSource[]) : null,
    inputs: isRecord(inputs) ? (inputs as unknown as GivenInputs) : null,
    methods,
    metrics: ['agreement', 'assessment'].flatMap((kind) => list(own(record(manifest, 'metrics'), kind)).map(String)),
    seed: Number.isSafeInteger(seed) && seed >= 0 ? seed : 0,
    facts: factsOf(manifest, methods),
  };
}

function decisionOf(card: Fields): Decision {
  const thresholds = own(card, 'thresholds');
  return {
    task: own(card, 'task') === 'multi-class' ? 'multi-class' : 'multi-label',
    thresholds: Array.isArray(thresholds) ? thresholds.map(Number) : typeof thresholds === 'number' ? thresholds : 0.5,
  };
}

function methodOf(method: Fields): AboutMethod {
  return {
    id: String(own(method, 'id')),
    parameters: record(method, 'parameters') as AnyParameters,
    agreement: record(method, 'agreement') as AgreementOptions,
  };
}

const PRESET = '--preset=';

function presetOf(words: readonly unknown[]): string | null {
  const word = words.find((each) => typeof each === 'string' && each.startsWith(PRESET)) as string | undefined;
  return word?.slice(PRESET.length) ?? null;
}

function factsOf(manifest: Fields, methods: readonly AboutMethod[]): About['facts'] {
  const model = record(manifest, 'model');
  const versions = Object.entries(record(manifest, 'versions')).map(([name, version]) => `${name} ${String(version)}`);
  const words = list(own(manifest, 'arguments')).map(String);
  const known: readonly (readonly [string, string | null])[] = [
    ['Model', text(model, 'path')],
    ['Model SHA-256', text(model, 'sha256')],
    ['Images', text(record(manifest, 'images'), 'folder')],
    ['Annotations SHA-256', text(record(manifest, 'annotations'), 'sha256')],
    ['Device', text(manifest, 'device')],
    ['Versions', versions.join(', ')],
    ['Seed', String(own(manifest, 'seed') ?? '')],
    ['Preset', presetOf(words)],
    ['Command', words.length === 0 ? null : `saliency-lens ${words.join(' ')} --out DIR`],
    ...methods.map(({ id, parameters, agreement }) => [`Settings of ${id}`, settings(parameters, agreement)] as const),
  ];
  return known.flatMap(([name, value]) => (value ? [{ name, value }] : []));
}

function settings(parameters: AnyParameters, agreement: AgreementOptions): string {
  const said = Object.entries({ ...parameters, ...agreement }).map(
    ([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
  );
  return said.join(', ') || 'defaults';
}

const record = (of: Fields, name: string): Fields => {
  const value = own(of, name);
  return isRecord(value) ? value : {};
};
const text = (of: Fields, name: string): string | null => {
  const value = own(of, name);
  return typeof value === 'string' && value !== '' ? value : null;
};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
