// Builds @tensorflow/tfjs-node on Linux x64 without its install script, whose download is not needed: TensorFlow's
// libraries and C headers come out of a wheel of tensorflow-cpu (pip), the binding is compiled from the package's own
// sources. Takes a minute or two.
import fs from 'node:fs';
import path from 'node:path';
import { root, run } from './child.mjs';

const TFJS = '4.22.0';
const TENSORFLOW = '2.13.1';
const HEADERS = '1.5.0';
const NAPI = 8;

/** Takes the libraries and the headers out of a wheel. */
const UNPACK = `
import glob, os, shutil, sys, zipfile
wheel = zipfile.ZipFile(glob.glob(sys.argv[1] + '/*.whl')[0])
include = 'tensorflow/include/'
wanted = ('tensorflow/c/', 'tensorflow/core/platform/ctstring', 'tensorflow/tsl/platform/ctstring', 'tensorflow/tsl/c/',
          'tsl/platform/ctstring', 'tsl/c/', 'xla/tsl/c/')
for item in wheel.infolist():
    name = item.filename
    if name in ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'):
        to = os.path.join('lib', os.path.basename(name))
    elif name.startswith(include) and name[len(include):].startswith(wanted) and not name.endswith('/'):
        to = os.path.join('include', name[len(include):])
    else:
        continue
    to = os.path.join(sys.argv[2], to)
    os.makedirs(os.path.dirname(to), exist_ok=True)
    with wheel.open(item) as source, open(to, 'wb') as target:
        shutil.copyfileobj(source, target, 1 << 20)
`;

async function must(name, program, args, options) {
  const { code, output } = await run(program, args, { log: 'tfjs.log', ...options });
  if (code !== 0) throw new Error(`${name} failed:\n${output.trim().slice(-3000)}`);
}

/** The folder of runtimes with tfjs-node in it; built once. */
export async function buildTfjsNode() {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('tfjs-node is built on Linux x64 only.');
  const runtimes = path.join(root, 'out/runtimes');
  const project = path.join(runtimes, 'tfjs-node');
  const own = path.join(project, 'node_modules/@tensorflow/tfjs-node');
  const built = path.join(own, 'deps/tf-version');
  if (fs.existsSync(built) && fs.readFileSync(built, 'utf8') === TENSORFLOW) return runtimes;
  fs.mkdirSync(project, { recursive: true });
  fs.writeFileSync(path.join(project, 'package.json'), '{"private": true}\n');
  console.log(`Installing @tensorflow/tfjs-node ${TFJS} …`);
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  await must(
    'npm install',
    'npm',
    ['install', ...quiet, `@tensorflow/tfjs-node@${TFJS}`, `node-api-headers@${HEADERS}`],
    { cwd: project },
  );
  console.log(`Taking TensorFlow ${TENSORFLOW} out of its wheel (178 MB to download) …`);
  const [wheels, deps] = [path.join(project, 'wheel'), path.join(own, 'deps')];
  // What an attempt that failed has left.
  for (const folder of [wheels, deps]) fs.rmSync(folder, { recursive: true, force: true });
  const platform = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'];
  const systems = ['manylinux2014_x86_64', 'manylinux_2_17_x86_64'].flatMap((name) => ['--platform', name]);
  const only = ['--no-deps', '--only-binary=:all:', ...platform, ...systems];
  const pip = ['-m', 'pip', 'download', '-q', '--disable-pip-version-check', ...only, '-d', wheels];
  await must('pip download', 'python3', [...pip, `tensorflow-cpu==${TENSORFLOW}`], { cwd: project });
  await must('unpacking', 'python3', ['-c', UNPACK, wheels, deps], { cwd: project });
  fs.rmSync(wheels, { recursive: true });
  for (const name of ['libtensorflow', 'libtensorflow_framework']) {
    const library = name === 'libtensorflow' ? 'libtensorflow_cc.so.2' : `${name}.so.2`;
    fs.symlinkSync(library, path.join(deps, 'lib', `${name}.so`));
  }
  console.log('Compiling its binding …');
  const headers = path.join(project, 'node_modules/node-api-headers/include');
  const binding = path.join(own, `lib/napi-v${NAPI}`);
  fs.mkdirSync(binding, { recursive: true });
  const defines = [`-DNAPI_VERSION=${NAPI}`, '-DNODE_GYP_MODULE_NAME=tfjs_binding', '-DBUILDING_NODE_EXTENSION'];
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => path.join(own, 'binding', file));
  const includes = [headers, path.join(deps, 'include'), own].map((folder) => `-I${folder}`);
  const links = [
    `-L${path.join(deps, 'lib')}`,
    '-ltensorflow',
    '-ltensorflow_framework',
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ];
  const out = ['-o', path.join(binding, 'tfjs_binding.node')];
  await must(
    'g++',
    'g++',
    ['-O2', '-std=c++17', '-fPIC', '-shared', '-w', ...defines, ...includes, ...sources, ...out, ...links],
    {
      cwd: project,
    },
  );
  fs.writeFileSync(built, TENSORFLOW);
  return runtimes;
}
