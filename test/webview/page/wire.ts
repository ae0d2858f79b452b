// Messages as text, for the way between a browser that a test drives and Node: typed arrays as base64.

const ARRAYS = { Uint8Array, Int32Array, Float32Array } as const;

interface Packed {
  readonly $array: keyof typeof ARRAYS;
  readonly base64: string;
}

export function encode(message: unknown): string {
  return JSON.stringify(message, (_, value: unknown) => {
    for (const [name, type] of Object.entries(ARRAYS)) {
      if (value instanceof type)
        return { $array: name, base64: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
    }
    return value;
  });
}

export function decode(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$array' in value)) return value;
    const { $array, base64 } = value as Packed;
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    return new ARRAYS[$array](bytes.buffer);
  });
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}
