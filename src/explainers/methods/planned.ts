/** Method ids of the contract that this version does not have: cards may set their parameters, runs refuse them in one sentence. */
export const PLANNED_METHODS = [
  'integratedGradients',
  'smoothGrad',
  'gradCamPlusPlus',
  'hiResCam',
  'layerCam',
  'xGradCam',
  'eigenCam',
  'scoreCam',
  'ablationCam',
  'lime',
  'kernelShap',
  'partitionShap',
  'gradientShap',
  'occlusion',
  'rise',
] as const;
