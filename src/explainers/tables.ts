/** A lookup table with its own entries and no others: it has no prototype. */
export type Table<T> = Readonly<Record<string, T>> & { readonly [BARE]?: never };
declare const BARE: unique symbol;

/**
 * A lookup by words from outside: files, flags, messages. It has its own entries and no others, because `constructor`
 * and `__proto__`, which every plain object has, are words too.
 */
export function table<T>(entries: Readonly<Record<string, T>>): Table<T> {
  return Object.freeze(Object.assign(Object.create(null) as Record<string, T>, entries));
}

/** The entry of an object from outside; undefined if it has none of its own, or if there is no object. */
export function own<T extends object>(record: T | null | undefined, key: string): T[keyof T & string] | undefined {
  return record && Object.hasOwn(record, key) ? record[key as keyof T & string] : undefined;
}

/** Is it an object with entries, and no list? */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Gives an object an entry of its own, whatever the key; a plain assignment to `__proto__` would change the object
 * itself.
 */
export function setOwn<V>(record: Record<string, V>, key: string, value: V): void {
  Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}
