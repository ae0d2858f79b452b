// What spreads.test.ts must find, and what it must not.
export const largest = (values: readonly number[]) => Math.max(...values);
export const added = (list: number[], more: readonly number[]) => list.push(...more);

export const ofTwo = (pair: readonly [number, number]) => Math.max(...pair);
export const joined = (list: readonly number[], more: readonly number[]) => [...list, ...more];
