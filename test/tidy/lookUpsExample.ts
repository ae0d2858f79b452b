// What plainLookUps.test.ts must find, and what it must not.
import { own, type Table } from '../../src/explainers/tables.ts';

type Plain = Readonly<Record<string, number>>;

export const plain = (table: Plain, word: string) => table[word];
export function written(table: Record<string, number>, word: string): void {
  table[word] = 1;
}
export const asked = (table: Plain, word: string) => word in table;
export const made = (table: Plain, word: string) => table[`${word}!`];
export const generic = <K extends string>(table: Record<K, number>, key: K) => table[key];

export const literal = (table: Plain) => table['known'];
export const ofUnion = (table: Readonly<Record<'a' | 'b', number>>, key: 'a' | 'b') => table[key];
export const ofTheUnion = <K extends 'a' | 'b'>(table: Readonly<Record<K, number>>, key: K) => table[key];
export const numbered = (list: readonly number[], i: number) => list[i];
export const mapped = (table: ReadonlyMap<string, number>, word: string) => table.get(word);
export function forgotten(table: Record<string, number>, word: string): void {
  delete table[word];
}
export const bare = (table: Table<number>, word: string) => table[word];
export const entry = (table: Plain, word: string) => own(table, word);
