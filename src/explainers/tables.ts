/** A look-up with its own entries and no others: it has no prototype. */
export type Table<T> = Readonly<Record<string, T>> & { readonly [BARE]?: never };
declare const BARE: unique symbol;

/**
 * A look-up by words that come from outside: files, flags, messages. It has its own entries and no others, because
 * `constructor` and `__proto__`, which every plain object knows, are words too.
 */
export function table<T>(entries: Readonly<Record<string, T>>): Table<T> {
  return Object.freeze(Object.assign(Object.create(null) as Record<string, T>, entries));
}

/** The entry of an object that came from outside; undefined where it has none of its own, or there is no object. */
export function own<T extends object>(record: T | null | undefined, key: string): T[keyof T & string] | undefined {
  return record && Object.hasOwn(record, key) ? record[key as keyof T & string] : undefined;
}

/** Gives an object an entry of its own, whatever the key: plainly assigned, `__proto__` would change what the object is. */
export function setOwn<V>(record: Record<string, V>, key: string, value: V): void {
  Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}
