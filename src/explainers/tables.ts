/**
 * A look-up by words that come from outside: files, flags, messages. It has its own entries and no others, because
 * `constructor` and `__proto__`, which every plain object knows, are words too.
 */
export function table<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.freeze(Object.assign(Object.create(null) as Record<string, T>, entries));
}

/** The entry of an object that came from outside; undefined where it has none of its own. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
