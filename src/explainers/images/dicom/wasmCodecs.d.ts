// The WASM codecs of Cornerstone come without types: what we use of them.

interface EmscriptenOptions {
  readonly wasmBinary: Uint8Array;
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
}

interface FrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
}

interface FrameDecoder {
  /** Room in the module's memory for the compressed bytes. */
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  /** A view of the module's memory. */
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): FrameInfo;
}

declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const create: (options: EmscriptenOptions) => Promise<{
    readonly JpegLSDecoder: new () => FrameDecoder & { getInterleaveMode(): 0 | 1 | 2 };
  }>;
  export default create;
}

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const create: (options: EmscriptenOptions) => Promise<{ readonly J2KDecoder: new () => FrameDecoder }>;
  export default create;
}

declare module 'jpeg-lossless-decoder-js' {
  export class Decoder {
    /** Samples of 1 or 2 bytes, channels interleaved. */
    decompress(buffer: ArrayBufferLike, offset?: number, length?: number): ArrayBuffer;
  }
}
