import { Worker } from 'node:worker_threads';
import { resolvePackage } from '../../here.ts';
import { wasmBinary } from '../wasm.ts';

/** What OpenJPEG made of a codestream. */
export interface Jpeg2000 {
  /** Samples of 1 byte up to 8 bits, else of 2, channels interleaved. */
  readonly samples: Uint8Array;
  readonly bits: number;
  /** What it said meanwhile: damage is told in words, and decoding goes on. */
  readonly complaints: readonly string[];
}

/**
 * The thread's whole program. It is text, as a file of its own would have to be found in every bundle. The WASM module is used
 * once and ends with its thread: nothing of a hostile file survives in its memory.
 */
const PROGRAM = `
const { parentPort, workerData: { script, binary, bytes } } = require('node:worker_threads');
const complaints = [];
const complain = (line) => complaints.push(line);
(async () => {
  const create = require(script);
  const module = await create({ wasmBinary: binary, print: complain, printErr: complain });
  const decoder = new module.J2KDecoder();
  decoder.getEncodedBuffer(bytes.length).set(bytes);
  decoder.decode();
  const samples = new Uint8Array(decoder.getDecodedBuffer());
  parentPort.postMessage({ samples, bits: decoder.getFrameInfo().bitsPerSample, complaints }, [samples.buffer]);
})();
`;

/**
 * Decodes a JPEG 2000 codestream in a thread of its own: a large picture takes half a second, in which the model is opened.
 * Throws what the decoder throws.
 */
export async function decodeJpeg2000(bytes: Uint8Array): Promise<Jpeg2000> {
  const binary = await wasmBinary('@cornerstonejs/codec-openjpeg/decodewasm', 'openjpegwasm_decode.wasm');
  const script = resolvePackage('@cornerstonejs/codec-openjpeg/decodewasmjs');
  return new Promise((resolve, reject) => {
    const worker = new Worker(PROGRAM, { eval: true, workerData: { script, binary, bytes } });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the decoder ended without a result')));
  });
}
