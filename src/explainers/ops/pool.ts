import { defineOps } from './op.ts';

export const poolOps = defineOps([]);
