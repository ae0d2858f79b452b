/** What coalitions are worth: the data of KernelSHAP's fit. */
export interface Game {
  /** [count, width] of 0 and 1. */
  readonly rows: Float64Array;
  readonly count: number;
  readonly width: number;
  readonly weights: ArrayLike<number>;
  /** Of several solutions the one with the smallest squares, as captum's least squares give, instead of shap's. */
  readonly leastNorm?: boolean;
}

/** What one class makes of a {@link Game}. */
export interface Worths {
  /** One per coalition. */
  readonly values: ArrayLike<number>;
  /** Of no player and of all. */
  readonly none: number;
  readonly all: number;
}
