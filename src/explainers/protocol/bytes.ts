/**
 * The same plain data, where every view on bytes owns exactly its own buffer. VS Code turns a Node `Buffer` into JSON
 * numbers and moves the whole buffer under a view, and a process message arrives as views on one big buffer, so neither
 * may be passed on unchanged. Data that needs no copy is returned unchanged.
 */
export function ownBytes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof ArrayBuffer) return value;
  if (ArrayBuffer.isView(value)) return ownView(value);
  if (Array.isArray(value)) {
    const after = value.map(ownBytes);
    return after.every((each, i) => each === value[i]) ? value : after;
  }
  const entries = Object.entries(value);
  const after = entries.map(([key, each]) => [key, ownBytes(each)] as const);
  return after.every(([, each], i) => each === entries[i]![1]) ? value : Object.fromEntries(after);
}

function ownView(view: ArrayBufferView): ArrayBufferView {
  const whole = view.byteOffset === 0 && view.byteLength === view.buffer.byteLength;
  const isBuffer = view.constructor.name === 'Buffer';
  if (whole && !isBuffer && view.buffer instanceof ArrayBuffer) return view;
  const bytes = new Uint8Array(view.byteLength);
  bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  if (isBuffer || view instanceof Uint8Array) return bytes;
  const Kind = view.constructor as new (buffer: ArrayBuffer) => ArrayBufferView;
  return new Kind(bytes.buffer);
}
