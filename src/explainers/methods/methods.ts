import { ablationCam } from './ablationCam.ts';
import { eigenCam } from './eigenCam.ts';
import { gradCam } from './gradCam.ts';
import { gradCamPlusPlus } from './gradCamPlusPlus.ts';
import { gradient } from './gradient.ts';
import { gradientShap } from './gradientShap.ts';
import { guidedBackprop } from './guidedBackprop.ts';
import { hiResCam } from './hiResCam.ts';
import { inputXGradient } from './inputXGradient.ts';
import { integratedGradients } from './integratedGradients.ts';
import { kernelShap } from './kernelShap.ts';
import { layerCam } from './layerCam.ts';
import { lime } from './lime.ts';
import { lrp } from './lrp.ts';
import type { Method } from './method.ts';
import { occlusion } from './occlusion.ts';
import { partitionShap } from './partitionShap.ts';
import { rise } from './rise.ts';
import { scoreCam } from './scoreCam.ts';
import { smoothGrad } from './smoothGrad.ts';
import { xGradCam } from './xGradCam.ts';

/** Every method, the default first; a test fails when a method's file is not listed here. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [
    gradCam,
    gradCamPlusPlus,
    hiResCam,
    layerCam,
    xGradCam,
    eigenCam,
    scoreCam,
    ablationCam,
    lrp,
    gradient,
    inputXGradient,
    integratedGradients,
    smoothGrad,
    gradientShap,
    guidedBackprop,
    lime,
    kernelShap,
    partitionShap,
    occlusion,
    rise,
  ].map((method) => [method.id, method]),
);
