import { defineOps } from './op.ts';

export const shapeOps = defineOps([]);
