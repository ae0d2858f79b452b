import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ExplainError } from '../errors.ts';
import { here, resolvePackage } from '../here.ts';
import type { WasmCodec } from './thread/decoders.ts';

const cache = new Map<string, Promise<Uint8Array>>();

/**
 * The bytes of a codec's WASM file: in the bundle's own folder, where the packager puts it, or in node_modules.
 * @param specifier as the package exports it: '@cornerstonejs/codec-charls/decodewasm'
 * @param file its name in the bundle's folder: 'charlswasm_decode.wasm'
 */
function wasmBinary(specifier: string, file: string): Promise<Uint8Array> {
  let bytes = cache.get(specifier);
  if (bytes === undefined) {
    bytes = locate(specifier, file).then((path) => readFile(path));
    cache.set(specifier, bytes);
  }
  return bytes;
}

async function locate(specifier: string, file: string): Promise<string> {
  const beside = join(dirname(here), file);
  if (existsSync(beside)) return beside;
  try {
    return resolvePackage(specifier);
  } catch (cause) {
    throw new ExplainError(
      {
        kind: 'image',
        message: `The decoder ${file} is missing from this installation.`,
        subject: beside,
        next: 'Install Saliency Lens again.',
      },
      { cause },
    );
  }
}

/** A codec of a package: its script and its binary. */
export async function wasmCodec(name: string, file: string): Promise<WasmCodec> {
  return { script: resolvePackage(`${name}/decodewasmjs`), binary: await wasmBinary(`${name}/decodewasm`, file) };
}
