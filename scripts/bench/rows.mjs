// The rows of `npm run bench`: what of ours is timed beside what, and the ratio (ours / theirs) that we want not to exceed.
// `beside` is a case of test/bench/peer.py, or `ours:CASE` for one of our own; `times` scales the ratio (14 single runs → 1/14).
const CNNS = ['densenet121', 'resnet50'  { title: 'Integrated gradients, 50 steps', model: 'densenet121', ours: 'integratedGradients', beside: 'integratedGradients', library: 'captum', goal: 1 / 1.5 },
  { title: 'LIME, 1000 samples', model: 'densenet121', ours: 'lime', beside: 'lime', library: 'lime', goal: 1 / 1.5, slow: true },
  { title: 'KernelSHAP, 1000 samples', model: 'densenet121', ours: 'kernelShap', beside: 'kernelShap', library: 'shap', goal: 1 / 1.5, slow: true },
];

export const ROWS = [
  ...CNNS.map((model) => ({ title: 'Forward pass', model, ours: 'forward', beside: 'forward', library: 'PyTorch' })),
  ...CNNS.map((model) => ({
    title: 'Gradient of one class',
    model,
    ours: 'gradient',
    beside: 'gradient',
    library: 'PyTorch autograd',
    goal: 1,
  })),
  ...CNNS.map((model) => ({
    title: 'Grad-CAM of 14 classes',
    model,
    ours: 'gradCam14',
    beside: 'ours:forward',
    library: 'our forward pass',
    goal: 1.3,
  })),
  ...CNNS.map((model) => ({
    title: 'Grad-CAM of 14 classes',
    model,
    ours: 'gradCam14',
    beside: 'gradCam14',
    library: 'pytorch-grad-cam',
  })),
  {
    title: 'Import and gradient graph',
    model: 'densenet121',
    ours: 'import',
    beside: 'ours:forward',
    library: 'our forward pass',
  },
  ...CNNS.map((model) => ({
    title: 'LRP of one class (ε-plus-flat)',
    model,
    ours: 'lrp',
    beside: 'lrp',
    library: 'zennit',
    goal: 1 / 2.5,
  })),
  {
    title: 'LRP of 14 classes',
    model: 'densenet121',
    ours: 'lrp14',
    beside: 'ours:lrp',
    library: '14 single runs',
    times: 1 / 14,
    goal: 0.8,
  },
  { title: 'Integrated gradients, 50 steps', model: 'densenet121', ours: 'integratedGradients', beside: 'integratedGradients', library: 'captum', goal: 1 / 1.5 },
  { title: 'LIME, 1000 samples', model: 'densenet121', ours: 'lime', beside: 'lime', library: 'lime', goal: 1 / 1.5, slow: true },
  { title: 'KernelSHAP, 1000 samples', model: 'densenet121', ours: 'kernelShap', beside: 'kernelShap', library: 'shap', goal: 1 / 1.5, slow: true },
];
