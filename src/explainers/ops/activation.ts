import { defineOps } from './op.ts';

export const activationOps = defineOps([]);
