import type { Preset } from '../contracts/preset.ts';
import { LIME_SEGMENTS, SHAMSUL_SHAP_SEGMENTS } from '../images/superpixels/spec.ts';

/** Every preset, in the order of menus. */
export const PRESETS: readonly Preset[] = [
  {
    id: 'captum',
    title: 'captum',
    about:
      'The defaults of captum 0.9.0. Grad-CAM: without ReLU, so that evidence against the class shows too. Gradient: absolute, without its sign. SmoothGrad: 5 samples with noise of standard deviation 1 whatever the input’s range. GradientSHAP: 5 samples. Occlusion: a window at every pixel, each in a separate run (captum has no default window size, so ours stays). LRP: the ε rule in every layer with ε = 10⁻⁹, started with the logit. LIME: 25 masks, a lasso with α = 0.01 that leaves the whole image out, distances between pixels, hidden superpixels 0. KernelSHAP: 25 images including the whole and the hidden one, each other coalition drawn independently, hidden superpixels 0; that is few for more than a handful of superpixels. Differences: captum’s Grad-CAM has the layer’s size, ours is resampled to the image’s; captum needs superpixels as input, ours are computed; its random numbers are PyTorch’s except for GradientSHAP’s, ours are NumPy’s.',
    methods: {
      gradCam: { target: 'logit', guided: false, relu: false },
      gradient: { absolute: true },
      integratedGradients: { steps: 50, rule: 'gaussLegendre', baseline: 'zero' },
      smoothGrad: { samples: 5, noise: 1, noiseUnit: 'absolute', average: 'mean' },
      gradientShap: { samples: 5, baseline: 'zero' },
      occlusion: { stride: 1, hides: 'window', baseline: 'zero', output: 'logit' },
      lrp: { composite: 'epsilon', epsilon: 1e-9, start: 'logit' },
      lime: {
        // The image itself is one of the runs, which the fit leaves out.
        samples: 26,
        sampling: 'drawn',
        hide: 'zero',
        distance: 'pixels',
        kernelWidth: 1,
        surrogate: 'lasso',
        alpha: 0.01,
        output: 'logit',
      },
      kernelShap: { samples: 23, exact: 0, sampling: 'drawn', hide: 'zero', l1Reg: 'off', output: 'logit' },
    },
  },
  {
    id: 'pytorch-grad-cam',
    title: 'pytorch-grad-cam',
    about:
      'The CAM family as in pytorch-grad-cam 1.5.7, before its min-max. Ablation-CAM sets a channel 10⁷ below the smallest activation wherever that is not 0, which no image could cause. Differences: pytorch-grad-cam needs the name of a layer, ours finds it; its Eigen-CAM component has an arbitrary sign, so that its ReLU may erase the map, while ours is oriented as in its SegEigenCAM; it averages several layers, we use one; it divides each picture by its own largest value, so that the brightness differs from image to image.',
    methods: {
      gradCam: { target: 'logit', guided: false, relu: true },
      gradCamPlusPlus: {},
      hiResCam: {},
      layerCam: {},
      xGradCam: {},
      eigenCam: {},
      scoreCam: {},
      ablationCam: { replacement: 'auto' },
    },
  },
  {
    id: 'zennit',
    title: 'zennit',
    about:
      'The defaults of zennit 0.5.1: LRP with ε-plus-flat and its ε = 10⁻⁶, γ = 0.25, started with 1; integrated gradients over 20 evenly spaced points with the image itself as the last, which misses the difference by more than ours; occlusion with windows of 8 pixels that hides all but the window, so that a map shows what each place contributes alone and not what is lost without it; SmoothGrad with 20 samples and noise of a tenth of the range, of which the last has none. Difference: zennit’s occlusion adds up overlapping windows and lets them wrap around the border; 8-pixel windows on sides divisible by 8 do neither.',
    methods: {
      lrp: { composite: 'epsilonPlusFlat', epsilon: 1e-6, gamma: 0.25, start: 'usual' },
      integratedGradients: { steps: 20, rule: 'right', baseline: 'zero' },
      occlusion: { window: 8, stride: 8, hides: 'rest', baseline: 'zero', output: 'logit' },
      smoothGrad: { samples: 20, noise: 0.1, noiseUnit: 'range', last: 'plain', average: 'mean' },
    },
  },
  {
    id: 'lime',
    title: 'lime',
    about:
      'The defaults of lime 0.2.0.1 for images: quickshift, every superpixel hidden by its own mean colour truncated to whole pixel values, 1000 independent masks, probabilities explained. The square root in its kernel makes the width count double; its picture has the 5 best superpixels. Its quickshift uses seed 42 whatever seed it is given, and so does ours. Difference: by default lime explains the 5 most likely classes, we explain the chosen ones.',
    methods: {
      lime: {
        samples: 1000,
        segments: LIME_SEGMENTS,
        hide: 'segmentMeanWhole',
        sampling: 'independent',
        kernelWidth: 0.25,
        distance: 'cosine',
        alpha: 1,
        selection: 'auto',
        features: 100_000,
        output: 'score',
        top: 5,
      },
    },
  },
  {
    id: 'shap',
    title: 'shap',
    about:
      'The defaults of shap 0.51.0. KernelSHAP: only 10 superpixels get a value, all others 0; 2148 coalitions, its number for 50 superpixels; probabilities explained. PartitionSHAP: 500 evaluations; shap has no default masker, so ours stays, and if two boxes have as much at stake, shap leaves to chance which one is split first. GradientSHAP: 200 samples, with one background image.',
    methods: {
      kernelShap: { samples: 2148, l1Reg: 'num_features(10)', output: 'score' },
      partitionShap: { samples: 500, output: 'score' },
      gradientShap: { samples: 200, baseline: 'zero' },
    },
  },
  {
    id: 'shamsul',
    title: 'SHAMSUL, as published',
    about:
      'The SHAMSUL study (Alam et al. 2023) as in its code. Grad-CAM: of the probability, which fades where the model is sure, and guided, so that no channel weight is negative (its sum starts at 1, which min-max removes, and is resampled before its ReLU, which has nothing to cut with such weights; its script filed a map under the class of another rank, here each map belongs to its own class). LIME: hidden superpixels become 0 after normalisation, the mean colour of ImageNet, and the normalised numbers are segmented. KernelSHAP: SLIC 50/30/3 on normalised numbers; the model sees the image from 0 to 1, never normalised, and hidden superpixels as 255, far outside all images; the lasso may leave a map of zeros. LRP: ε = 1 in all layers, which absorbs weak evidence, started with the probability, so that maps of unlikely classes are faint until its pictures divide each by its largest value. Some things cannot be reproduced: the study set no seed; with today’s scikit-image, whose labels begin at 1, KernelSHAP’s first superpixel would be empty and its last never hidden; iNNvestigate treats a batch normalisation after a convolution as a separate layer, here the two are one layer.',
    methods: {
      gradCam: { layer: 'auto', target: 'probability', guided: true, relu: true },
      lime: {
        samples: 1000,
        segments: `${LIME_SEGMENTS}:of=input`,
        hide: 'zero',
        sampling: 'independent',
        kernelWidth: 0.25,
        distance: 'cosine',
        alpha: 1,
        selection: 'auto',
        output: 'score',
      },
      kernelShap: {
        samples: 1000,
        segments: SHAMSUL_SHAP_SEGMENTS,
        hide: '255',
        pixels: 'unit',
        l1Reg: 'auto',
        output: 'score',
      },
      lrp: { composite: 'epsilon', epsilon: 1, start: 'probability' },
    },
  },
  {
    id: 'shamsul-corrected',
    title: 'SHAMSUL, corrected',
    about:
      'The same four methods without the quirks. Grad-CAM: plain, of the logit. LIME and KernelSHAP: the picture itself is segmented, superpixels are hidden by their own mean colour, the image is preprocessed as the model expects, logits are explained, and every superpixel gets a Shapley value. LRP: ε-plus-flat, started with 1.',
    methods: {
      gradCam: { layer: 'auto', target: 'logit', guided: false, relu: true },
      lime: { samples: 1000, segments: LIME_SEGMENTS, hide: 'segmentMean', output: 'logit' },
      kernelShap: {
        samples: 1000,
        segments: 'slic:segments=50,compactness=30,sigma=3',
        hide: 'segmentMean',
        pixels: 'preprocessed',
        l1Reg: 'off',
        output: 'logit',
      },
      lrp: { composite: 'epsilonPlusFlat', epsilon: 1e-6, start: 'usual' },
    },
  },
];
