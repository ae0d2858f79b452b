import { defineOps } from './op.ts';

export const convOps = defineOps([]);
