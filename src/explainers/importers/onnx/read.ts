import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { ExplainError } from '../../errors.ts';
import { stampOfStats } from '../../files/fileStamp.ts';
import { readWholeFile } from '../../files/plainFile.ts';
import { OPSET } from '../../graph/build.ts';
import type { Graph } from '../../graph/graph.ts';
import { verify } from '../../graph/verify.ts';
import type { Opening } from '../importer.ts';
import { ExternalData } from './externalData.ts';
import { type ModelProto, ModelProtoSchema } from './generated/onnx_pb.js';
import { ModelReader } from './graphs.ts';
import { modelError, unsupportedError } from './problem.ts';
import type { ModelBytes } from './storedBytes.ts';

/** Protobuf cannot hold more in one message; larger models keep their weights in external data. */
const LARGEST_FILE = 2 ** 31 - 1;

/** Opset 7 introduced NumPy broadcasting; earlier opsets have different semantics nearly everywhere. */
const OLDEST_OPSET = 7;

/**
 * Reads an ONNX model file: local functions inlined, nodes upgraded to opset {@link OPSET} (a newer model keeps its
 * own), verified. Large weights of a large file stay in it and are read when they are used.
 * @throws ExplainError `model` for a broken file, `unsupported` for element types and structures that a Graph cannot
 * hold
 */
export async function openOnnx(path: string, opening: Opening = () => {}): Promise<Graph> {
  opening(path);
  const stats = await stat(path, { bigint: true }).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (stats.size > LARGEST_FILE) {
    throw modelError(`${basename(path)} is larger than 2 GB, which no ONNX file can be.`, path);
  }
  const bytes = await readWholeFile(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  const origin = { folder: dirname(path), path };
  return readOnnx(bytes, origin, { file: { bytes, path, stamp: stampOfStats(stats) }, opening });
}

/** Where a model came from: `folder` may hold its external data, `path` is for messages. */
export interface OnnxOrigin {
  readonly folder: string;
  readonly path: string;
}

interface OnFile {
  readonly file?: ModelBytes;
  readonly opening?: Opening;
}

/** Reads the bytes of an ONNX model; see {@link openOnnx}. */
export function readOnnx(bytes: Uint8Array, origin: OnnxOrigin, { file, opening }: OnFile = {}): Graph {
  const model = parse(bytes, origin);
  const external = new ExternalData(origin.folder, opening);
  let graph: Graph;
  try {
    graph = new ModelReader(model, { external, file }, opsets(model, origin)).read();
  } finally {
    external.close();
  }
  const problems = verify(graph);
  if (problems.length > 0) {
    const shown = problems.slice(0, 5).join('; ');
    const more = problems.length > 5 ? `; and ${problems.length - 5} more` : '';
    throw modelError(`The model's graph is broken: ${shown}${more}.`, origin.path);
  }
  return graph;
}

function parse(bytes: Uint8Array, origin: OnnxOrigin): ModelProto {
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (cause) {
    throw broken(origin, cause);
  }
  if (!model.graph || (model.graph.node.length === 0 && model.graph.output.length === 0))
    throw broken(origin, undefined);
  return model;
}

/** Opset version per domain; ai.onnx as ''. */
function opsets(model: ModelProto, origin: OnnxOrigin): ReadonlyMap<string, number> {
  const versions = new Map(model.opsetImport.map(({ domain, version }) => [standardDomain(domain), Number(version)]));
  // Files have named their opset since version 3 of the format, so this one is truncated.
  if (model.opsetImport.length === 0 && model.irVersion >= 3n) throw broken(origin, undefined);
  const version = versions.get('') ?? (model.opsetImport.length === 0 ? 1 : OPSET);
  if (version < OLDEST_OPSET) {
    throw unsupportedError(
      `The model is written in ONNX opset ${version}, but only ${OLDEST_OPSET} and newer are supported.`,
      origin.path,
      'Convert it with onnx.version_converter.convert_version(model, 17), or export it again.',
    );
  }
  return versions.set('', version);
}

/** ai.onnx has two spellings. */
const standardDomain = (domain: string) => (domain === 'ai.onnx' ? '' : domain);

function broken(origin: OnnxOrigin, cause: unknown): ExplainError {
  return new ExplainError(
    {
      kind: 'model',
      message: `${basename(origin.path)} is not an ONNX model, or it is truncated or damaged.`,
      subject: origin.path,
      next: 'Export or download the model again and compare the file sizes.',
    },
    { cause },
  );
}

function unreadable(path: string, cause: unknown): ExplainError {
  const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  return new ExplainError(
    {
      kind: 'model',
      message: missing ? `There is no model file ${basename(path)}.` : `${basename(path)} cannot be read.`,
      subject: path,
      next: 'Check the path of the model and your permission to read it.',
    },
    { cause },
  );
}
