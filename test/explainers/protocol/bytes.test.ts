import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownBytes } from '../../../src/explainers/protocol/bytes.ts';

describe('ownBytes', () => {
  it('leaves data without bytes as it is, without a copy', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(ownBytes(value)).toBe(value);
      }),
    );
  });

  it('turns Buffers and partial views, however deep, into views that own exactly their bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 64 }), fc.nat(2), (bytes, skip) => {
        const floats = new Float32Array(new Uint8Array(64).buffer, 4 * skip, 3);
        const value = { list: [Buffer.from(bytes), { part: bytes.subarray(skip) }], floats, text: 'a' };
        const out = ownBytes(value) as { list: [Uint8Array, { part: Uint8Array }]; floats: Float32Array };
        expect(value.list[0]).toBeInstanceOf(Buffer);
        expect(out.list[0].constructor).toBe(Uint8Array);
        expect([...out.list[0]]).toEqual([...bytes]);
        expect([...out.list[1].part]).toEqual([...bytes.subarray(skip)]);
        expect(out.floats.constructor).toBe(Float32Array);
        for (const view of [out.list[0], out.list[1].part, out.floats]) {
          expect(view.buffer.byteLength).toBe(view.byteLength);
        }
      }),
    );
  });

  it('does not copy what already owns its buffer', () => {
    const values = new Float32Array(3);
    const message = { values };
    expect(ownBytes(message)).toBe(message);
  });
});
