import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import { ExplainError } from '../../errors.ts';
import { resolvePackage } from '../../here.ts';
import type { Engine } from '../engine.ts';
import { heldBytes } from '../heldBytes.ts';
import type { EngineOptions } from '../onnxruntime.ts';
import { tfProgram } from './program.ts';
import type { Tf } from './tf.ts';

const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;
const TITLE = 'TensorFlow.js';

/**
 * TensorFlow.js with TensorFlow's own kernels, if it is installed among the runtimes or next to this program. Throws
 * `engine` if it is not.
 */
export async function openTfjs({ device = 'auto', runtimes }: EngineOptions): Promise<Engine> {
  const found = findPackage(runtimes);
  const isCard = found?.name === PACKAGES[0];
  if (device !== 'auto' && device !== (isCard ? 'cuda' : 'cpu')) {
    throw new ExplainError({
      kind: 'engine',
      message: `This build of TensorFlow.js has no device '${device}'.`,
      subject: `device ${device}`,
      next: 'Leave --device out, or use ONNX Runtime (leave --engine out).',
    });
  }
  if (!found) {
    throw new ExplainError({
      kind: 'engine',
      message: 'TensorFlow.js is not installed.',
      subject: PACKAGES[1],
      next: 'Install it with Install Runtime… in VS Code, or next to the program, see docs/devices.md; or leave --engine out.',
    });
  }
  const tf = load(found.file);
  return {
    info: {
      id: 'tfjs',
      title: TITLE,
      version: tf.version['tfjs-node'] ?? tf.version['tfjs-core'] ?? 'of unknown version',
      device: isCard ? 'cuda' : 'cpu',
    },
    lanes: 1,
    holds: (graph) => heldBytes(graph, false),
    compile: async (graph) => tfProgram(tf, graph),
    dispose: async () => {},
  };
}

function findPackage(runtimes: string | undefined) {
  const own = runtimes === undefined ? undefined : path.join(runtimes, 'tfjs-node');
  for (const name of PACKAGES) {
    // Node would also look in the folders above.
    if (!own || !existsSync(path.join(own, 'node_modules', name, 'package.json'))) continue;
    return { name, file: createRequire(path.join(own, 'of.cjs')).resolve(name) };
  }
  for (const name of PACKAGES) {
    try {
      return { name, file: resolvePackage(name) };
    } catch {
      // It is not installed.
    }
  }
  return undefined;
}

function load(file: string): Tf {
  // Its last release uses functions that Node 23 no longer has.
  const old = util as { isNullOrUndefined?: (value: unknown) => boolean; isArray?: (value: unknown) => boolean };
  old.isNullOrUndefined ??= (value) => value === null || value === undefined;
  old.isArray ??= Array.isArray;
  // Its messages are for its own developers.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
  const { log, warn } = console;
  try {
    console.log = console.warn = () => {};
    return createRequire(file)(file) as Tf;
  } catch (thrown) {
    throw new ExplainError(
      {
        kind: 'engine',
        message: `TensorFlow.js does not load here: ${(thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0]}`,
        subject: PACKAGES[1],
        next: 'Install it again, see docs/devices.md; or leave --engine out.',
      },
      { cause: thrown },
    );
  } finally {
    Object.assign(console, { log, warn });
  }
}
