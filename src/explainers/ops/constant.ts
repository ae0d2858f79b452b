import { defineOps } from './op.ts';

export const constantOps = defineOps([]);
