/** One value per superpixel: the other view of LIME and SHAP, in which only the best superpixels are shown. */
export interface SuperpixelValues {
  /** [h · w] of the model's input, row by row: 0 … values.length − 1. */
  readonly labels: Int32Array;
  readonly values: Float32Array;
  /** The superpixels that speak most for the class, best first: what `lime` shows as its picture. */
  readonly top: readonly number[];
}
