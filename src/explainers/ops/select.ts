import { defineOps } from './op.ts';

export const selectOps = defineOps([]);
