import type { Method } from '../method/method.ts';
import { attentionRollout } from './attention/attentionRollout.ts';
import { gradEclip } from './attention/gradEclip.ts';
import { legrad } from './attention/legrad.ts';
import { ablationCam } from './cam/ablationCam.ts';
import { eigenCam } from './cam/eigenCam.ts';
import { gradCam } from './cam/gradCam.ts';
import { gradCamPlusPlus } from './cam/gradCamPlusPlus.ts';
import { hiResCam } from './cam/hiResCam.ts';
import { layerCam } from './cam/layerCam.ts';
import { scoreCam } from './cam/scoreCam.ts';
import { xGradCam } from './cam/xGradCam.ts';
import { gradient } from './gradient/gradient.ts';
import { gradientShap } from './gradient/gradientShap.ts';
import { guidedBackprop } from './gradient/guidedBackprop.ts';
import { inputXGradient } from './gradient/inputXGradient.ts';
import { integratedGradients } from './gradient/integratedGradients.ts';
import { smoothGrad } from './gradient/smoothGrad.ts';
import { lime } from './lime/lime.ts';
import { occlusion } from './masks/occlusion.ts';
import { rise } from './masks/rise.ts';
import { lrp } from './relevance/lrp.ts';
import { kernelShap } from './shap/kernelShap.ts';
import { partitionShap } from './shap/partitionShap.ts';

/** Every method, the default first. A test fails if a method's file is not listed here. */
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
    legrad,
    gradEclip,
    attentionRollout,
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
