import { randomBytes } from 'node:crypto';

/** No id that another process gave means anything here. */
const PROCESS = randomBytes(4).toString('hex');
let last = 0;

export function newMapId(): string {
  return `${PROCESS}_${++last}`;
}
