// This package has no types; these are for the parts we use.
declare module 'jpeg-lossless-decoder-js' {
  export class Decoder {
    /** Samples of 1 or 2 bytes, channels interleaved. */
    decompress(buffer: ArrayBufferLike, offset?: number, length?: number): ArrayBuffer;
  }
}
