// What each platform's package holds besides the bundles: which runtime, and which of its files.

/**
 * @typedef {object} Target
 * @property {string} id VS Code's name of the platform
 * @property {'onnxruntime-node' | 'onnxruntime-web'} runtime the native one, or WebAssembly where there is no native
 * one
 * @property {readonly string[]} binaries files of onnxruntime-node/bin/napi-v6
 * @property {readonly string[]} image packages with the native part of sharp
 * @property {number} megabytes the most that the .vsix may weigh
 */

const native = (id, binaries, image, megabytes) => ({ id, runtime: 'onnxruntime-node', binaries, image, megabytes });
const wasm = (id, image, megabytes) => ({ id, runtime: 'onnxruntime-web', binaries: [], image, megabytes });
const separate = (platform) => [`@img/sharp-${platform}`, `@img/sharp-libvips-${platform}`];
const windows = ['onnxruntime_binding.node', 'onnxruntime.dll', 'DirectML.dll', 'dxcompiler.dll', 'dxil.dll'];

/** @type {readonly Target[]} */
export const targets = [
  native(
    'linux-x64',
    ['linux/x64/onnxruntime_binding.node', 'linux/x64/libonnxruntime.so.1'],
    separate('linux-x64'),
    35,
  ),
  native(
    'linux-arm64',
    ['linux/arm64/onnxruntime_binding.node', 'linux/arm64/libonnxruntime.so.1'],
    separate('linux-arm64'),
    30,
  ),
  // The binding names libonnxruntime.1.dylib; libonnxruntime.1.30.0.dylib is the same file once more.
  native(
    'darwin-arm64',
    ['darwin/arm64/onnxruntime_binding.node', 'darwin/arm64/libonnxruntime.1.dylib'],
    separate('darwin-arm64'),
    30,
  ),
  native(
    'win32-x64',
    windows.map((file) => `win32/x64/${file}`),
    ['@img/sharp-win32-x64'],
    50,
  ),
  native(
    'win32-arm64',
    windows.map((file) => `win32/arm64/${file}`),
    ['@img/sharp-win32-arm64'],
    50,
  ),
  // onnxruntime-node has no binary for macOS on Intel, nor for Linux with musl.
  wasm('darwin-x64', separate('darwin-x64'), 25),
  wasm('alpine-x64', separate('linuxmusl-x64'), 25),
  wasm('alpine-arm64', separate('linuxmusl-arm64'), 25),
];

/** The target that runs on this machine. */
export function hostTarget() {
  const musl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  return `${musl ? 'alpine' : process.platform}-${process.arch}`;
}

/**
 * The packages that stay packages, and the files of each that are shipped (paths match any of the patterns).
 * @param {Target} target
 * @returns {readonly { name: string, files: RegExp }[]}
 */
export function shippedPackages(target) {
  const licence = String.raw`^(package\.json|LICEN[CS]E[^/]*|versions\.json|README\.md)$`;
  const only = (pattern) => new RegExp(`${licence}|${pattern}`);
  const binaries = target.binaries.map((file) => file.replaceAll('.', String.raw`\.`)).join('|');
  const runtime =
    target.runtime === 'onnxruntime-node'
      ? [{ name: 'onnxruntime-node', files: only(String.raw`^dist/\w+\.js$|^bin/napi-v6/(${binaries})$`) }]
      : [
          {
            name: 'onnxruntime-web',
            files: only(String.raw`^dist/(ort\.node\.min\.m?js|ort-wasm-simd-threaded\.(mjs|wasm))$`),
          },
        ];
  return [
    ...runtime,
    { name: 'onnxruntime-common', files: only(String.raw`^dist/(cjs|esm)/([\w-]+\.js|package\.json)$`) },
    { name: 'sharp', files: only(String.raw`^dist/[\w.-]+\.(cjs|js|mjs)$`) },
    { name: '@img/colour', files: only(String.raw`^\w+\.cjs$`) },
    { name: 'detect-libc', files: only(String.raw`^lib/[\w-]+\.js$`) },
    { name: 'semver', files: only(String.raw`^(index|(classes|functions|internal|ranges)/[\w-]+)\.js$`) },
    ...target.image.map((name) => ({ name, files: only(String.raw`^index\.cjs$|^lib/[^/]+$`) })),
    { name: 'h5wasm', files: only(String.raw`^dist/esm/hdf5_(hl|util)\.js$`) },
    ...['charls', 'openjpeg'].map((codec) => ({
      name: `@cornerstonejs/codec-${codec}`,
      files: only(String.raw`^dist/\w+_decode\.(js|wasm)$`),
    })),
  ];
}
