/** A colour map: a position in 0…1 to red, green, blue in 0…255. Diverging ones have their neutral colour at ½. */
export interface ColorMap {
  readonly id: string;
  readonly title: string;
  readonly diverging: boolean;
  /** 256 × RGB. */
  readonly table: Uint8Array;
}
