import { defineOps } from './op.ts';

export const gemmOps = defineOps([]);
