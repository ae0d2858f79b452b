import { inflateRawSync } from 'node:zlib';
import { Decoder as LosslessDecoder } from 'jpeg-lossless-decoder-js';
import { ExplainError } from '../../errors.ts';
import { own } from '../../tables.ts';
import { decodeBmp } from '../decoders/bmpPixels.ts';
import { decodePnm } from '../decoders/pnmPixels.ts';
import { parseDicom } from '../dicom/dataset.ts';
import { decodeJpeg12 } from '../dicom/jpeg12.ts';
import type { PixelLayout, StoredSamples } from '../dicom/pixelModule.ts';
import { decodeRle } from '../dicom/rle.ts';
import type { Bands, Image, ImageSource } from '../image.ts';
import { MAX_FILE_BYTES } from '../limits.ts';
import { readTiffBands } from '../tiff/readBands.ts';

/** A codec in WebAssembly: its script and its binary. */
export interface WasmCodec {
  readonly script: string;
  readonly binary: Uint8Array;
}

/** The result of a WebAssembly codec for a codestream. */
export interface CodecSamples {
  /** Samples of 1 byte for up to 8 bits, otherwise of 2. */
  readonly samples: Uint8Array;
  readonly bits: number;
  /** The channels come one after another, not interleaved. */
  readonly planar: boolean;
  /** Messages of the codec, because it reports damage in words and continues decoding. */
  readonly complaints: readonly string[];
}

interface WasmDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { readonly bitsPerSample: number };
  getInterleaveMode?(): number;
}

type WasmModule = Readonly<Record<string, new () => WasmDecoder>>;

/** A WASM module is used once and dropped, so that nothing of a hostile file survives in its memory. */
async function wasm(codec: WasmCodec, decoderClass: string, bytes: Uint8Array): Promise<CodecSamples> {
  const complaints: string[] = [];
  const complain = (line: string) => complaints.push(line);
  const create = require(codec.script) as (options: object) => Promise<WasmModule>;
  const module = await create({ wasmBinary: codec.binary, print: complain, printErr: complain });
  const Decoder = own(module, decoderClass)!;
  const decoder = new Decoder();
  decoder.getEncodedBuffer(bytes.length).set(bytes);
  decoder.decode();
  const samples = new Uint8Array(decoder.getDecodedBuffer());
  const planar = decoder.getInterleaveMode?.() === 0;
  return { samples, bits: decoder.getFrameInfo().bitsPerSample, planar, complaints };
}

/** Every decoder that computes in JavaScript or WebAssembly and would therefore block everything else on its thread. */
export const decoders = {
  bmp: ({ source }: { readonly source: ImageSource }): Image => decodeBmp(source),
  bands: ({ source }: { readonly source: ImageSource }): Promise<Bands> => readTiffBands(source),
  pnm: ({ source }: { readonly source: ImageSource }): Image => decodePnm(source),
  inflate: ({ bytes }: { readonly bytes: Uint8Array }): Uint8Array =>
    new Uint8Array(inflateRawSync(bytes, { maxOutputLength: MAX_FILE_BYTES })),
  /** Lists the elements of a DICOM file, as its reader will do; damage is reported there. */
  elements: ({
    bytes,
    inflated,
  }: {
    readonly bytes: Uint8Array;
    readonly inflated: boolean;
  }): Readonly<Record<string, never>> => {
    try {
      parseDicom({ path: '', bytes }, (whole, start) => (inflated ? whole : whole.subarray(0, start)));
    } catch (thrown) {
      if (!(thrown instanceof ExplainError)) throw thrown;
    }
    return {};
  },
  rle: ({ source, bytes, layout }: { readonly source: ImageSource; readonly bytes: Uint8Array; readonly layout: PixelLayout }): StoredSamples => decodeRle(source, bytes, layout), // biome-ignore format: one line
  jpeg12: ({ source, bytes }: { readonly source: ImageSource; readonly bytes: Uint8Array }): Uint16Array =>
    decodeJpeg12(source, bytes),
  jpegLossless: ({ bytes, precision }: { readonly bytes: Uint8Array; readonly precision: number }): StoredSamples => {
    const copy = bytes.slice();
    const output = new LosslessDecoder().decompress(copy.buffer, 0, copy.length);
    return precision <= 8 ? new Uint8Array(output) : new Uint16Array(output);
  },
  jpegLs: ({ codec, bytes }: { readonly codec: WasmCodec; readonly bytes: Uint8Array }): Promise<CodecSamples> =>
    wasm(codec, 'JpegLSDecoder', bytes),
  jpeg2000: ({ codec, bytes }: { readonly codec: WasmCodec; readonly bytes: Uint8Array }): Promise<CodecSamples> =>
    wasm(codec, 'J2KDecoder', bytes),
} as const;

export type DecoderName = keyof typeof decoders;
export type DecoderRequest<K extends DecoderName> = Parameters<(typeof decoders)[K]>[0];
export type DecoderAnswer<K extends DecoderName> = Awaited<ReturnType<(typeof decoders)[K]>>;
