import { randomBytes } from 'node:crypto';

/** Ids from another process are not valid here. */
const PROCESS = randomBytes(4).toString('hex');
let last = 0;

export function newMapId(): string {
  return `${PROCESS}_${++last}`;
}
