/** The custom editor that shows an image in a panel. */
export const IMAGE_EDITOR = 'saliencyLens.image';

/** The custom editor that says what a model is: of files that are models by their names, … */
export const MODEL_EDITOR = 'saliencyLens.model';

/** … and of those that may be something else. */
export const MAYBE_MODEL_EDITOR = 'saliencyLens.maybeModel';
