// What the SHAMSUL study published (Alam et al. 2023, arXiv 2307.08003), for comparison with one's own numbers.

/** The study's four methods: their names there, the numbers of their figures, and our ids. */
export const STUDY_METHODS = [
  { id: 'lime', name: 'LIME', figure: 4 },
  { id: 'kernelShap', name: 'SHAP', figure: 9 },
  { id: 'gradCam', name: 'Grad-CAM', figure: 14 },
  { id: 'lrp', name: 'LRP', figure: 19 },
] as const;

/** A class of the study, with CheXlocalize's name for it where that differs. */
export interface StudyClass {
  readonly name: string;
  readonly chexlocalize: string;
  /** Positives among the 234 validation images. */
  readonly positives: number;
  /** Mean IoU read off the box plots, in the order of {@link STUDY_METHODS}; null: no box is drawn. */
  readonly means: readonly (number | null)[];
}

const studyClass = (name: string, positives: number, means: StudyClass['means'], chexlocalize = name): StudyClass => ({
  name,
  chexlocalize,
  positives,
  means,
});

export const STUDY_CLASSES: readonly StudyClass[] = [
  studyClass('Lung Opacity', 126, [0.116, 0.087, 0.112, 0.08], 'Airspace Opacity'),
  studyClass('Support Devices', 107, [0.143, 0.061, 0.089, 0.071]),
  studyClass('Atelectasis', 80, [0.067, 0.064, 0.109, 0.068]),
  studyClass('Cardiomegaly', 68, [0.14, 0.132, 0.234, 0.133]),
  studyClass('Consolidation', 33, [0.157, null, 0.123, 0.092]),
  studyClass('Edema', 45, [0.225, 0.127, 0.226, 0.156]),
  studyClass('Enlarged Cardiomediastinum', 109, [0.172, null, 0.224, 0.178]),
  studyClass('Pleural Effusion', 67, [0.044, 0.043, 0.06, 0.044]),
  studyClass('Pneumothorax', 8, [0.082, 0.301, 0.204, 0.115]),
  studyClass('Lung Lesion', 1, [null, null, null, null]),
];

/** The two classes of its single-label and multi-label analyses. */
export const STUDIED = ['Lung Opacity', 'Support Devices'] as const;

/** IoU of its instances, in the order of {@link STUDY_METHODS}, for each of {@link STUDIED}. */
export const STUDY_INSTANCES: Readonly<Record<'best' | 'confident' | 'both', readonly (readonly (number | null)[])[]>> =
  {
    best: [
      [0.38, 0.34, 0.35, 0.24],
      [0.48, 0.26, 0.32, 0.27],
    ],
    confident: [
      [0.16, 0.23, 0.23, 0.24],
      [0.25, 0.13, 0.18, 0.14],
    ],
    both: [
      [0.31, 0.17, null, 0.12],
      [0.08, 0.03, 0.06, 0.04],
    ],
  };

/** What to know before comparing numbers with the published ones. */
export const QUIRKS: readonly { readonly title: string; readonly text: string }[] = [
  {
    title: 'Signed maps and Otsu’s threshold',
    text: 'A map with negative values is stretched from its smallest value on. If one tail is longer than the other, Otsu’s threshold then gives a mask of nearly the whole image, or nearly nothing. The study’s LRP masks cover the whole image for this reason, so their IoU is about the share of the image that is drawn. Look at coverage and at the whole-image baseline before the IoU.',
  },
  {
    title: 'Silent methods are not punished',
    text: 'An image whose mask is empty has no IoU and is skipped by the mean. In the published settings KernelSHAP’s lasso may keep nothing, which leaves a map of zeros; the study has no result of SHAP for three classes.',
  },
  {
    title: 'Few images',
    text: 'Pneumothorax has 8 positives and Lung Lesion one, and boxes of a single image are flat lines. Look at n.',
  },
  {
    title: 'A map per rank',
    text: 'The study’s Grad-CAM script computed the map of a class’s rank and filed it under the class at that rank. Here each map belongs to its own class.',
  },
  {
    title: 'No seed',
    text: 'LIME and KernelSHAP ran without a seed, so the published numbers cannot be repeated exactly. Here the seed is part of the settings.',
  },
  {
    title: 'Names',
    text: 'Lung Opacity of CheXpert is Airspace Opacity in CheXlocalize. Ten of the fourteen classes have drawings.',
  },
];

/** Does a label of the model name the class? Underscores and case do not matter. */
export function isClass(label: string, { name, chexlocalize }: StudyClass): boolean {
  const plain = (text: string) => text.replaceAll('_', ' ').trim().toLowerCase();
  return plain(label) === plain(name) || plain(label) === plain(chexlocalize);
}
