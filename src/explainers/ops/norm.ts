import { defineOps } from './op.ts';

export const normOps = defineOps([]);
