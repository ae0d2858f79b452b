import { gradCam } from './gradCam.ts';
import { gradient } from './gradient.ts';
import { guidedBackprop } from './guidedBackprop.ts';
import { inputXGradient } from './inputXGradient.ts';
import { lrp } from './lrp.ts';
import type { Method } from './method.ts';

/** Every method, the default first; a test fails when a method's file is not listed here. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [gradCam, lrp, gradient, inputXGradient, guidedBackprop].map((method) => [method.id, method]),
);
