// Generated from the tables of src/explainers by npm run generate.
import type { Catalogue } from '../../explainers/contracts/catalogue.ts';

const catalogue: unknown = {
  "methods": [
    {
      "id": "gradCam",
      "title": "Grad-CAM",
      "summary": "Which regions of a late layer support the class: its channels, weighted by the class’s mean gradient.",
      "exports": true
    },
    {
      "id": "gradCamPlusPlus",
      "title": "Grad-CAM++",
      "summary": "Grad-CAM with weights that count every place where a channel supports the class equally, so that several objects show.",
      "exports": true
    },
    {
      "id": "hiResCam",
      "title": "HiResCAM",
      "summary": "Activation times gradient at each place of a layer. If only a linear layer follows, this is exactly what each place adds to the logit.",
      "exports": true
    },
    {
      "id": "layerCam",
      "title": "LayerCAM",
      "summary": "Activation times positive gradient at each place. It also works at early layers, where it shows finer detail.",
      "exports": true
    },
    {
      "id": "xGradCam",
      "title": "XGrad-CAM",
      "summary": "Grad-CAM with gradients averaged in proportion to the activation at each place, so that a channel’s actual contribution counts, not its possible one.",
      "exports": true
    },
    {
      "id": "eigenCam",
      "title": "Eigen-CAM",
      "summary": "Where a layer’s activations vary most together, that is, what the network looks at, whatever the class.",
      "exports": false
    },
    {
      "id": "scoreCam",
      "title": "Score-CAM",
      "summary": "A layer’s channels, each weighted by the class’s logit for the image seen through it. It needs no gradients, but one run per channel.",
      "exports": false
    },
    {
      "id": "ablationCam",
      "title": "Ablation-CAM",
      "summary": "A layer’s channels, each weighted by the share of the logit that is lost without it. It needs no gradients, but one short run per channel.",
      "exports": false
    },
    {
      "id": "legrad",
      "title": "LeGrad",
      "summary": "Which patches raise the class where a transformer’s tokens look at them: positive gradients with respect to the attention, at every block.",
      "exports": false
    },
    {
      "id": "gradEclip",
      "title": "Grad-ECLIP",
      "summary": "Which patches put evidence for the class into the class token at the last attention: their values, weighted by the class’s gradient and by how alike query and key are.",
      "exports": false
    },
    {
      "id": "attentionRollout",
      "title": "Attention rollout",
      "summary": "Which patches reach the class token through the attention of all blocks of a transformer, whatever the class.",
      "exports": false
    },
    {
      "id": "lrp",
      "title": "LRP",
      "summary": "How the class’s logit is composed of the pixels: it is passed back layer by layer, to each input in proportion to its share.",
      "exports": true
    },
    {
      "id": "gradient",
      "title": "Gradient",
      "summary": "How much the class’s logit changes with each pixel, that is, where a small change would matter most.",
      "exports": true
    },
    {
      "id": "inputXGradient",
      "title": "Input × gradient",
      "summary": "The gradient times the preprocessed pixel: a first estimate of how much each pixel adds to the class’s logit.",
      "exports": true
    },
    {
      "id": "integratedGradients",
      "title": "Integrated gradients",
      "summary": "What each pixel adds to the class’s logit on the way from a baseline to the image. The map adds up to the difference of the two logits.",
      "exports": true
    },
    {
      "id": "smoothGrad",
      "title": "SmoothGrad",
      "summary": "The gradient, averaged over noisy copies of the image, so that what remains does not depend on single pixel values.",
      "exports": false
    },
    {
      "id": "gradientShap",
      "title": "GradientSHAP",
      "summary": "Expected gradients: gradients at random places between a background and the image, times their difference.",
      "exports": false
    },
    {
      "id": "guidedBackprop",
      "title": "Guided backpropagation",
      "summary": "The gradient, with all evidence against the class cut off at each rectifier, which leaves the sharp edges that matter.",
      "exports": true
    },
    {
      "id": "lime",
      "title": "LIME",
      "summary": "Which superpixels support the class and which contradict it, by a linear model fitted to the model’s outputs when some are hidden.",
      "exports": false
    },
    {
      "id": "kernelShap",
      "title": "KernelSHAP",
      "summary": "Each superpixel’s fair share of the class’s logit (its Shapley value), relative to the image with all of them hidden.",
      "exports": false
    },
    {
      "id": "partitionShap",
      "title": "PartitionSHAP",
      "summary": "Shares of the class’s logit for boxes of the image, which are halved repeatedly where most is at stake.",
      "exports": false
    },
    {
      "id": "occlusion",
      "title": "Occlusion",
      "summary": "How much the class’s logit falls when a window of the image is hidden, window by window.",
      "exports": true
    },
    {
      "id": "rise",
      "title": "RISE",
      "summary": "Which pixels go with a high score of the class: the mean of many random masks, each weighted by the score of the image it leaves visible.",
      "exports": true
    }
  ],
  "presets": [
    {
      "id": "captum",
      "title": "captum",
      "about": "The defaults of captum 0.9.0. Grad-CAM: without ReLU, so that evidence against the class shows too. Gradient: absolute, without its sign. SmoothGrad: 5 samples with noise of standard deviation 1 whatever the input’s range. GradientSHAP: 5 samples. Occlusion: a window at every pixel, each in a separate run (captum has no default window size, so ours stays). LRP: the ε rule in every layer with ε = 10⁻⁹, started with the logit. LIME: 25 masks, a lasso with α = 0.01 that leaves the whole image out, distances between pixels, hidden superpixels 0. KernelSHAP: 25 images including the whole and the hidden one, each other coalition drawn independently, hidden superpixels 0; that is few for more than a handful of superpixels. Differences: captum’s Grad-CAM has the layer’s size, ours is resampled to the image’s; captum needs superpixels as input, ours are computed; its random numbers are PyTorch’s except for GradientSHAP’s, ours are NumPy’s.",
      "methods": {
        "gradCam": {
          "target": "logit",
          "guided": false,
          "relu": false
        },
        "gradient": {
          "absolute": true
        },
        "integratedGradients": {
          "steps": 50,
          "rule": "gaussLegendre",
          "baseline": "zero"
        },
        "smoothGrad": {
          "samples": 5,
          "noise": 1,
          "noiseUnit": "absolute",
          "average": "mean"
        },
        "gradientShap": {
          "samples": 5,
          "baseline": "zero"
        },
        "occlusion": {
          "stride": 1,
          "hides": "window",
          "baseline": "zero",
          "output": "logit"
        },
        "lrp": {
          "composite": "epsilon",
          "epsilon": 1e-9,
          "start": "logit"
        },
        "lime": {
          "samples": 26,
          "sampling": "drawn",
          "hide": "zero",
          "distance": "pixels",
          "kernelWidth": 1,
          "surrogate": "lasso",
          "alpha": 0.01,
          "output": "logit"
        },
        "kernelShap": {
          "samples": 23,
          "exact": 0,
          "sampling": "drawn",
          "hide": "zero",
          "l1Reg": "off",
          "output": "logit"
        }
      }
    },
    {
      "id": "pytorch-grad-cam",
      "title": "pytorch-grad-cam",
      "about": "The CAM family as in pytorch-grad-cam 1.5.7, before its min-max. Ablation-CAM sets a channel 10⁷ below the smallest activation wherever that is not 0, which no image could cause. Differences: pytorch-grad-cam needs the name of a layer, ours finds it; its Eigen-CAM component has an arbitrary sign, so that its ReLU may erase the map, while ours is oriented as in its SegEigenCAM; it averages several layers, we use one; it divides each picture by its own largest value, so that the brightness differs from image to image.",
      "methods": {
        "gradCam": {
          "target": "logit",
          "guided": false,
          "relu": true
        },
        "gradCamPlusPlus": {},
        "hiResCam": {},
        "layerCam": {},
        "xGradCam": {},
        "eigenCam": {},
        "scoreCam": {},
        "ablationCam": {
          "replacement": "auto"
        }
      }
    },
    {
      "id": "zennit",
      "title": "zennit",
      "about": "The defaults of zennit 0.5.1: LRP with ε-plus-flat and its ε = 10⁻⁶, γ = 0.25, started with 1; integrated gradients over 20 evenly spaced points with the image itself as the last, which misses the difference by more than ours; occlusion with windows of 8 pixels that hides all but the window, so that a map shows what each place contributes alone and not what is lost without it; SmoothGrad with 20 samples and noise of a tenth of the range, of which the last has none. Difference: zennit’s occlusion adds up overlapping windows and lets them wrap around the border; 8-pixel windows on sides divisible by 8 do neither.",
      "methods": {
        "lrp": {
          "composite": "epsilonPlusFlat",
          "epsilon": 0.000001,
          "gamma": 0.25,
          "start": "usual"
        },
        "integratedGradients": {
          "steps": 20,
          "rule": "right",
          "baseline": "zero"
        },
        "occlusion": {
          "window": 8,
          "stride": 8,
          "hides": "rest",
          "baseline": "zero",
          "output": "logit"
        },
        "smoothGrad": {
          "samples": 20,
          "noise": 0.1,
          "noiseUnit": "range",
          "last": "plain",
          "average": "mean"
        }
      }
    },
    {
      "id": "lime",
      "title": "lime",
      "about": "The defaults of lime 0.2.0.1 for images: quickshift, every superpixel hidden by its own mean colour truncated to whole pixel values, 1000 independent masks, probabilities explained. The square root in its kernel makes the width count double; its picture has the 5 best superpixels. Its quickshift uses seed 42 whatever seed it is given, and so does ours. Difference: by default lime explains the 5 most likely classes, we explain the chosen ones.",
      "methods": {
        "lime": {
          "samples": 1000,
          "segments": "quickshift",
          "hide": "segmentMeanWhole",
          "sampling": "independent",
          "kernelWidth": 0.25,
          "distance": "cosine",
          "alpha": 1,
          "selection": "auto",
          "features": 100000,
          "output": "score",
          "top": 5
        }
      }
    },
    {
      "id": "shap",
      "title": "shap",
      "about": "The defaults of shap 0.51.0. KernelSHAP: only 10 superpixels get a value, all others 0; 2148 coalitions, its number for 50 superpixels; probabilities explained. PartitionSHAP: 500 evaluations; shap has no default masker, so ours stays, and if two boxes have as much at stake, shap leaves to chance which one is split first. GradientSHAP: 200 samples, with one background image.",
      "methods": {
        "kernelShap": {
          "samples": 2148,
          "l1Reg": "num_features(10)",
          "output": "score"
        },
        "partitionShap": {
          "samples": 500,
          "output": "score"
        },
        "gradientShap": {
          "samples": 200,
          "baseline": "zero"
        }
      }
    },
    {
      "id": "shamsul",
      "title": "SHAMSUL, as published",
      "about": "The SHAMSUL study (Alam et al. 2023) as in its code. Grad-CAM: of the probability, which fades where the model is sure, and guided, so that no channel weight is negative (its sum starts at 1, which min-max removes, and is resampled before its ReLU, which has nothing to cut with such weights; its script filed a map under the class of another rank, here each map belongs to its own class). LIME: hidden superpixels become 0 after normalisation, the mean colour of ImageNet, and the normalised numbers are segmented. KernelSHAP: SLIC 50/30/3 on normalised numbers; the model sees the image from 0 to 1, never normalised, and hidden superpixels as 255, far outside all images; the lasso may leave a map of zeros. LRP: ε = 1 in all layers, which absorbs weak evidence, started with the probability, so that maps of unlikely classes are faint until its pictures divide each by its largest value. Some things cannot be reproduced: the study set no seed; with today’s scikit-image, whose labels begin at 1, KernelSHAP’s first superpixel would be empty and its last never hidden; iNNvestigate treats a batch normalisation after a convolution as a separate layer, here the two are one layer.",
      "methods": {
        "gradCam": {
          "layer": "auto",
          "target": "probability",
          "guided": true,
          "relu": true
        },
        "lime": {
          "samples": 1000,
          "segments": "quickshift:of=input",
          "hide": "zero",
          "sampling": "independent",
          "kernelWidth": 0.25,
          "distance": "cosine",
          "alpha": 1,
          "selection": "auto",
          "output": "score"
        },
        "kernelShap": {
          "samples": 1000,
          "segments": "slic:segments=50,compactness=30,sigma=3,of=input",
          "hide": "255",
          "pixels": "unit",
          "l1Reg": "auto",
          "output": "score"
        },
        "lrp": {
          "composite": "epsilon",
          "epsilon": 1,
          "start": "probability"
        }
      }
    },
    {
      "id": "shamsul-corrected",
      "title": "SHAMSUL, corrected",
      "about": "The same four methods without the quirks. Grad-CAM: plain, of the logit. LIME and KernelSHAP: the picture itself is segmented, superpixels are hidden by their own mean colour, the image is preprocessed as the model expects, logits are explained, and every superpixel gets a Shapley value. LRP: ε-plus-flat, started with 1.",
      "methods": {
        "gradCam": {
          "layer": "auto",
          "target": "logit",
          "guided": false,
          "relu": true
        },
        "lime": {
          "samples": 1000,
          "segments": "quickshift",
          "hide": "segmentMean",
          "output": "logit"
        },
        "kernelShap": {
          "samples": 1000,
          "segments": "slic:segments=50,compactness=30,sigma=3",
          "hide": "segmentMean",
          "pixels": "preprocessed",
          "l1Reg": "off",
          "output": "logit"
        },
        "lrp": {
          "composite": "epsilonPlusFlat",
          "epsilon": 0.000001,
          "start": "usual"
        }
      }
    }
  ],
  "metrics": [
    {
      "id": "pointingGame",
      "title": "Pointing game",
      "short": "Point",
      "summary": "Whether the strongest evidence lies inside what the expert drew.",
      "group": "agreement",
      "better": "up",
      "range": [
        0,
        1
      ],
      "uses": [
        "evidence",
        "tolerance"
      ],
      "cite": "Zhang et al., Top-Down Neural Attention by Excitation Backprop, IJCV 2018; Saporta et al., Nature Machine Intelligence 2022 (hit rate)"
    },
    {
      "id": "energyPointing",
      "title": "Energy pointing game",
      "short": "Energy",
      "summary": "The share of the evidence that lies inside what the expert drew.",
      "group": "agreement",
      "better": "up",
      "range": [
        0,
        1
      ],
      "uses": [
        "evidence"
      ],
      "cite": "Wang et al., Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks, CVPR Workshops 2020"
    },
    {
      "id": "iou",
      "title": "Intersection over union",
      "short": "IoU",
      "summary": "Overlap of the strong evidence (by default, above Otsu’s threshold) with what the expert drew, over their union. A mask that covers everything also scores above 0.",
      "group": "agreement",
      "better": "up",
      "range": [
        0,
        1
      ],
      "cite": "Saporta et al., Benchmarking saliency methods for chest X-ray interpretation, Nature Machine Intelligence 2022",
      "uses": [
        "evidence",
        "threshold",
        "cutoff",
        "regime",
        "classes"
      ]
    },
    {
      "id": "dice",
      "title": "Dice coefficient",
      "short": "Dice",
      "summary": "Twice the overlap of the strong evidence with what the expert drew, over the sum of both areas. A mask that covers everything also scores above 0.",
      "group": "agreement",
      "better": "up",
      "range": [
        0,
        1
      ],
      "cite": "Dice, Measures of the Amount of Ecologic Association Between Species, Ecology 1945",
      "uses": [
        "evidence",
        "threshold",
        "cutoff",
        "regime",
        "classes"
      ]
    },
    {
      "id": "precision",
      "title": "Pixel precision",
      "short": "Prec.",
      "summary": "The share of the strong evidence’s area that lies inside what the expert drew.",
      "group": "agreement",
      "better": "up",
      "range": [
        0,
        1
      ],
      "cite": "Saporta et al., Benchmarking saliency methods for chest X-ray interpretation, Nature Machine Intelligence 2022",
      "uses": [
        "evidence",
        "threshold",
        "cutoff",
        "regime",
        "classes"
      ]
    },
    {
      "id": "recall",
      "title": "Pixel recall",
      "short": "Recall",
      "summary": "The share of what the expert drew that the strong evidence covers. A mask that covers everything scores 1.",
      "group": "agreement",
      "better": "up",
      "range": [
        0,
        1
      ],
      "cite": "Saporta et al., Benchmarking saliency methods for chest X-ray interpretation, Nature Machine Intelligence 2022",
      "uses": [
        "evidence",
        "threshold",
        "cutoff",
        "regime",
        "classes"
      ]
    },
    {
      "id": "rankAccuracy",
      "title": "Relevance rank accuracy",
      "short": "Rank",
      "summary": "The share of the strongest pixels, as many as the expert drew, that lie inside what was drawn.",
      "group": "agreement",
      "better": "up",
      "range": [
        0,
        1
      ],
      "uses": [
        "evidence"
      ],
      "cite": "Arras et al., CLEVR-XAI: A Benchmark Dataset for the Ground Truth Evaluation of Neural Network Explanations, Information Fusion 2022"
    },
    {
      "id": "massAccuracy",
      "title": "Relevance mass accuracy",
      "short": "Mass",
      "summary": "The share of the relevance that lies inside what the expert drew: another name for the energy pointing game.",
      "group": "agreement",
      "better": "up",
      "range": [
        0,
        1
      ],
      "uses": [
        "evidence"
      ],
      "cite": "Arras et al., CLEVR-XAI: A Benchmark Dataset for the Ground Truth Evaluation of Neural Network Explanations, Information Fusion 2022"
    },
    {
      "id": "auc",
      "title": "Area under the ROC curve",
      "short": "AUC",
      "summary": "The probability that a pixel inside what the expert drew has more evidence than one outside; 0.5 if they are unrelated.",
      "group": "agreement",
      "better": "up",
      "range": [
        0,
        1
      ],
      "uses": [
        "evidence"
      ],
      "cite": "Fawcett, An introduction to ROC analysis, Pattern Recognition Letters 2006"
    },
    {
      "id": "averagePrecision",
      "title": "Average precision",
      "short": "AP",
      "summary": "Precision averaged over all thresholds: the area under the precision–recall curve.",
      "group": "agreement",
      "better": "up",
      "range": [
        0,
        1
      ],
      "uses": [
        "evidence"
      ],
      "cite": "Arun et al., Assessing the Trustworthiness of Saliency Maps for Localizing Abnormalities in Medical Imaging, Radiology: AI 2021"
    },
    {
      "id": "coverage",
      "title": "Coverage",
      "short": "Cover",
      "summary": "The share of the image that the strong evidence covers. If it is near 1, overlap and recall say nothing about where the model looked.",
      "group": "agreement",
      "better": "neither",
      "range": [
        0,
        1
      ],
      "uses": [
        "evidence",
        "threshold",
        "cutoff",
        "regime",
        "classes"
      ],
      "cite": "Rahimiaghdam and Alemdar, Neural Computing and Applications 2024, doi 10.1007/s00521-024-09587-0"
    }
  ],
  "assessments": [
    {
      "id": "deletion",
      "title": "Deletion",
      "summary": "How fast the class’s score falls when pixels are removed, those that the map ranks highest first.",
      "caution": "The model never saw images with holes: the score may fall for that reason alone, and scattered pixels make it fall faster than a patch does, so that a random order can look faithful. Not comparable between step widths, baselines, or images.",
      "formula": "(Σ_i s_i − (s_0 + s_n) / 2) / n, s_i the class’s score after i of n steps",
      "cite": "Petsiuk et al., RISE: Randomized Input Sampling for Explanation of Black-box Models, BMVC 2018",
      "better": "down",
      "range": [
        0,
        1
      ],
      "group": "faithfulness",
      "curve": {
        "fraction": "pixels removed",
        "score": "score"
      },
      "parameters": {
        "steps": {
          "kind": "integer",
          "default": 0,
          "min": 0,
          "max": 4096,
          "about": "In how many equal steps the pixels are changed; 0: as many as the input has rows, so that each step changes a row’s worth (224 steps of 224 pixels, as in the authors’ code)."
        },
        "baseline": {
          "kind": "text",
          "default": "zero",
          "suggestions": [
            "gaussian",
            "zero",
            "mean",
            "black",
            "white",
            "grey",
            "blur"
          ],
          "about": "The value of pixels that are not the image’s: gaussian (the image blurred by 11 × 11 weights of a Gaussian with σ 5, as in RISE’s code), zero (0 after normalisation, usually the training data’s mean colour), mean (the image’s mean colour), black (pixel value 0), white (pixel value 255), grey (pixel value 127.5), blur (the image blurred by a box of a sixteenth of its size), or a number after normalisation."
        },
        "moved": {
          "kind": "boolean",
          "default": true,
          "about": "Also measures the same map moved to other places, for comparison; takes half as long again."
        }
      }
    },
    {
      "id": "insertion",
      "title": "Insertion",
      "summary": "How fast the class’s score rises when pixels are inserted into a blurred image, those that the map ranks highest first.",
      "caution": "A blurred image may still show the class, and then every order scores well. Not comparable between step widths, baselines, or images.",
      "formula": "(Σ_i s_i − (s_0 + s_n) / 2) / n, s_i the class’s score after i of n steps",
      "cite": "Petsiuk et al., RISE: Randomized Input Sampling for Explanation of Black-box Models, BMVC 2018",
      "better": "up",
      "range": [
        0,
        1
      ],
      "group": "faithfulness",
      "curve": {
        "fraction": "pixels inserted",
        "score": "score"
      },
      "parameters": {
        "steps": {
          "kind": "integer",
          "default": 0,
          "min": 0,
          "max": 4096,
          "about": "In how many equal steps the pixels are changed; 0: as many as the input has rows, so that each step changes a row’s worth (224 steps of 224 pixels, as in the authors’ code)."
        },
        "baseline": {
          "kind": "text",
          "default": "gaussian",
          "suggestions": [
            "gaussian",
            "zero",
            "mean",
            "black",
            "white",
            "grey",
            "blur"
          ],
          "about": "The value of pixels that are not the image’s: gaussian (the image blurred by 11 × 11 weights of a Gaussian with σ 5, as in RISE’s code), zero (0 after normalisation, usually the training data’s mean colour), mean (the image’s mean colour), black (pixel value 0), white (pixel value 255), grey (pixel value 127.5), blur (the image blurred by a box of a sixteenth of its size), or a number after normalisation."
        },
        "moved": {
          "kind": "boolean",
          "default": true,
          "about": "Also measures the same map moved to other places, for comparison; takes half as long again."
        }
      }
    },
    {
      "id": "regionEffect",
      "title": "Region effect",
      "summary": "How far the class’s score falls without the annotated region, compared with random regions of the same size and shape. It tests model and drawing, and is the same for every method.",
      "caution": "What fills the region matters: a hole may itself look like something. The score may also fall because the model uses the surroundings that a moved region hides; look at the controls.",
      "formula": "s(x) − s(x without the region); control: the mean over the region moved to random places",
      "cite": "The expert’s region as an intervention: MedFocus (arXiv 2605.20158) keeps only samples whose region is verified in this way",
      "better": "up",
      "range": [
        -1,
        1
      ],
      "group": "faithfulness",
      "regions": true,
      "parameters": {
        "hide": {
          "kind": "text",
          "default": "blur",
          "suggestions": [
            "inpaint",
            "zero",
            "mean",
            "black",
            "white",
            "grey",
            "blur"
          ],
          "about": "What hidden pixels become: inpaint (filled in from the pixels around them, by Telea’s method), zero (0 after normalisation, usually the training data’s mean colour), mean (the image’s mean colour), black (pixel value 0), white (pixel value 255), grey (pixel value 127.5), blur (the image blurred by a box of a sixteenth of its size), or a number after normalisation."
        },
        "controls": {
          "kind": "integer",
          "default": 10,
          "min": 0,
          "max": 200,
          "about": "How many random regions of the same size and shape are hidden for comparison."
        }
      }
    },
    {
      "id": "maxSensitivity",
      "title": "Max-sensitivity",
      "summary": "The largest change of the map when the image gets noise too small to see.",
      "caution": "A map that is the same for every image scores best. A method that samples uses the same seed each time, so that only the noise counts. The radius is in units of the preprocessed image.",
      "formula": "max_i ‖a(x + δ_i) − a(x)‖ / ‖a(x)‖, δ_i uniform in [−r, r] per element",
      "cite": "Yeh et al., On the (In)fidelity and Sensitivity of Explanations, NeurIPS 2019; captum’s sensitivity_max",
      "better": "down",
      "range": [
        0,
        Infinity
      ],
      "group": "robustness",
      "parameters": {
        "radius": {
          "kind": "number",
          "default": 0.02,
          "min": 0,
          "about": "Largest noise r, in units of the preprocessed image; captum uses 0.02, Quantus 0.2."
        },
        "samples": {
          "kind": "integer",
          "default": 10,
          "min": 1,
          "max": 1000,
          "about": "How many noisy images; captum uses 10, Quantus 200."
        },
        "channels": {
          "kind": "choice",
          "default": "kept",
          "choices": {
            "kept": "each channel’s value counts separately, as in captum",
            "summed": "the channels are summed first, as people see the map and as in Quantus"
          },
          "about": "Which values of a pixel method’s map are compared."
        }
      }
    },
    {
      "id": "parameterRandomisation",
      "title": "Parameter randomisation",
      "summary": "How similar the map stays while the model’s weights are randomised layer by layer, from the output down. A map that stays the same does not show what the model learned.",
      "caution": "A low number says that the map depends on the weights, not that it is right. Noise alone makes it low, so a sharp but noisy map does better than a smooth one. Correlation also stays high where the edges of the image dominate both maps.",
      "formula": "mean over the stages of Spearman’s ρ( |map|, |map of the model with all layers above randomised| )",
      "cite": "Adebayo et al., Sanity Checks for Saliency Maps, NeurIPS 2018; Sixt et al., When Explanations Lie, ICML 2020; Hedström et al., Quantus, JMLR 2023 (MPRT)",
      "better": "down",
      "range": [
        -1,
        1
      ],
      "group": "robustness",
      "curve": {
        "fraction": "layers randomised, from the output down",
        "score": "rank correlation with the map"
      },
      "parameters": {
        "layers": {
          "kind": "integer",
          "default": 10,
          "min": 0,
          "max": 1000,
          "about": "After how many layers, spread evenly over the model, the map is computed again; 0: after each."
        },
        "weights": {
          "kind": "choice",
          "default": "uniform",
          "choices": {
            "uniform": "uniform around 0, with the root mean square of the layer’s own weights",
            "permutation": "the layer’s own weights, shuffled"
          },
          "about": "How weights and biases are randomised, each tensor separately. Parameters of normalisations are always shuffled."
        },
        "absolute": {
          "kind": "boolean",
          "default": true,
          "about": "Compares absolute values, as Quantus does, so a map in which only signs change counts as the same."
        }
      }
    }
  ],
  "comparisons": [
    {
      "id": "spearman",
      "title": "Rank correlation",
      "summary": "Whether two maps put the pixels in the same order: 1 the same, 0 unrelated, −1 the opposite.",
      "formula": "Pearson’s correlation of the ranks of all pixels, equal values sharing their mean rank",
      "cite": "Spearman, The proof and measurement of association between two things, American Journal of Psychology 1904; scipy.stats.spearmanr",
      "range": [
        -1,
        1
      ]
    },
    {
      "id": "topKOverlap",
      "title": "Top-k overlap",
      "summary": "The share of the strongest pixels of one map (a twentieth of all) that are among the strongest of the other.",
      "formula": "|A ∩ B| / k, A and B the k = ⌈5 %⌉ highest pixels of each, of equal ones the first in row-major order",
      "cite": "Krishna et al., The Disagreement Problem in Explainable Machine Learning, TMLR 2024 (feature agreement)",
      "range": [
        0,
        1
      ]
    }
  ],
  "findingKinds": [
    {
      "id": "unlabelled",
      "title": "Predicted, not labelled",
      "summary": "The model is sure of a class that is not labelled.",
      "definition": "The model is confident of a class that the annotation file covers but does not list for the image; the score is the probability that a label is missing, if one label in ten were missing.",
      "formula": "odds = r · q / (1 − q) + what swapped labels add; q = the calibrated score, r = 0.1; shown from the mean score of images with the label",
      "cite": "Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021; Platt 1999"
    },
    {
      "id": "doubtful",
      "title": "Labelled, not seen",
      "summary": "The class is labelled, and the model is sure that it is absent.",
      "definition": "A label of a class that the model confidently does not see in the image; the score is the probability that the label is wrong, if one label in ten were wrong.",
      "formula": "odds = r · π / (1 − π) / √(q / (1 − q) · p / (1 − p)) + what swapped labels add; p = the score, q = the calibrated one, π = the share of images with the label, r = 0.1; shown up to the mean score of images without the label",
      "cite": "Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021; Platt 1999"
    },
    {
      "id": "elsewhere",
      "title": "Evidence elsewhere",
      "summary": "The model sees the class, and its evidence lies outside the box.",
      "definition": "A region of a class that the model sees in the image, but in another place: the region holds less than half the evidence that its area would by chance; the score is the share of equally large boxes in the image that hold more.",
      "formula": "shown where Σ_{region} e / Σ e < ½ · area share; score = share of places of the region’s box with more Σ e",
      "cite": "Zhang et al., Excitation Backprop, IJCV 2018 (pointing game); Wang et al., Score-CAM, CVPR Workshops 2020 (energy)"
    },
    {
      "id": "duplicate",
      "title": "Drawn twice",
      "summary": "Two boxes of one class are nearly the same.",
      "definition": "Two nearly equal regions of one class by one reader in one file; the score is their intersection over union.",
      "formula": "score = |A ∩ B| / |A ∪ B|; shown from 0.8",
      "cite": "cleanlab and FiftyOne look for duplicate boxes in the same way"
    },
    {
      "id": "swapped",
      "title": "Another class",
      "summary": "The model is sure of another class than the one that is labelled.",
      "definition": "A label whose class the model does not see although it is confident of another one, or one region drawn for two classes; the score is the probability that the other class is meant.",
      "formula": "odds = ½ r · π_A / (Σ π − π_B) · (1 − q_A) / q_A · q_B / (1 − q_B) · (B’s evidence in the region / A’s, within ¼ … 4); of a region with two classes, IoU · q_B / (q_A + q_B)",
      "cite": "Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021"
    }
  ]
};
export const CATALOGUE = catalogue as Catalogue;
