/** The value of coalitions: the data of KernelSHAP's fit. */
export interface Game {
  /** [count, width] of 0 and 1. */
  readonly rows: Float64Array;
  readonly count: number;
  readonly width: number;
  readonly weights: ArrayLike<number>;
  /** Among several solutions the one with the smallest squares, like captum's least squares, instead of shap's. */
  readonly leastNorm?: boolean;
}

/** The values of a {@link Game} for one class. */
export interface Worths {
  /** One per coalition. */
  readonly values: ArrayLike<number>;
  /** Value with no player, and with all. */
  readonly none: number;
  readonly all: number;
}
