import { defineOps } from './op.ts';

export const reduceOps = defineOps([]);
