// What a runtime needs besides its wheels: a copy of our own ONNX Runtime, packages of npm, a binding that is compiled.
import { cp, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../files/makeFolder.ts';
import { resolvePackage } from '../here.ts';
import { downloadFault } from './faults.ts';
import { started } from './started.ts';

/**
 * ONNX Runtime as it is installed here, copied into a runtime's folder, because its libraries look for others in their
 * own folder.
 */
export async function copyOnnxRuntime(folder: string): Promise<void> {
  const foreign = /[\\/]bin[\\/]napi-v\d+[\\/](?:(\w+)(?:[\\/](\w+))?)?/;
  for (const name of ['onnxruntime-node', 'onnxruntime-common']) {
    const main = resolvePackage(name);
    const own = main.slice(0, main.lastIndexOf(`${path.sep}dist${path.sep}`));
    await cp(own, path.join(folder, 'node_modules', name), {
      recursive: true,
      filter: (file) => {
        const [, platform = process.platform, arch = process.arch] = foreign.exec(file.slice(own.length)) ?? [];
        return platform === process.platform && arch === process.arch;
      },
    });
  }
}

/**
 * Installs the packages of a lock file; npm checks the hash of each. Install scripts do not run.
 * @param lock the folder with the lock file
 */
export async function installPackages(lock: string, folder: string, signal?: AbortSignal): Promise<void> {
  for (const name of ['package.json', 'package-lock.json']) {
    await cp(path.join(lock, name), path.join(folder, name));
  }
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const { code, printed } = await started({ program: 'npm', args, folder, signal });
  if (code !== 0) throw downloadFault(printed, `the npm packages of ${path.basename(lock)}`, 'npm');
}

const NAPI = 8;

/** Compiles the binding of tfjs-node from its own sources, with TensorFlow's libraries and headers in its `deps`. */
export async function compileTfjsNode(folder: string, signal?: AbortSignal): Promise<void> {
  const own = path.join(folder, 'node_modules/@tensorflow/tfjs-node');
  const [deps, binding] = [path.join(own, 'deps'), path.join(own, `lib/napi-v${NAPI}`)];
  const libraries = [
    ['libtensorflow.so', 'libtensorflow_cc.so.2'],
    ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
  ] as const;
  for (const [name, library] of libraries) await symlink(library, path.join(deps, 'lib', name));
  await makeFolder(binding);
  const includes = [path.join(folder, 'node_modules/node-api-headers/include'), path.join(deps, 'include'), own];
  const { code, printed } = await started({
    program: 'c++',
    args: [
      ...['-O2', '-std=c++17', '-fPIC', '-shared', '-w'],
      ...[`-DNAPI_VERSION=${NAPI}`, '-DNODE_GYP_MODULE_NAME=tfjs_binding', '-DBUILDING_NODE_EXTENSION'],
      ...includes.map((place) => `-I${place}`),
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => path.join(own, 'binding', file)),
      ...['-o', path.join(binding, 'tfjs_binding.node'), `-L${path.join(deps, 'lib')}`],
      ...['-ltensorflow', '-ltensorflow_framework', '-Wl,-rpath,$ORIGIN/../../deps/lib'],
    ],
    folder,
    signal,
  });
  if (code !== 0) throw downloadFault(printed, "tfjs-node's binding", 'c++');
  await rm(path.join(deps, 'include'), { recursive: true, force: true });
}
