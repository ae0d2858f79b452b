import { defineOps } from './op.ts';

export const arithmeticOps = defineOps([]);
