/** One value per superpixel: the other view of LIME and SHAP, in which only the best superpixels are shown. */
export interface SuperpixelValues {
  /** [h · w] of the model's input, row by row: 0 … values.length − 1. */
  readonly labels: Int32Array;
  readonly values: Float32Array;
  /** The superpixels that support the class most, best first, as `lime` shows them in its picture. */
  readonly top: readonly number[];
}
