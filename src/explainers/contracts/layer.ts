/**
 * How a layer lies in the graph: [1, C, h, w]; [1, h, w, C]; [1, tokens, C], where `before` tokens that stand for no place
 * (class, distillation, registers) come first and `grid` is height and width; tokens behind the grid's stand for none either;
 * or in any other order (windows, units that are merged later), where `order` tells for each place of the grid, row by row,
 * which element of a channel it is.
 */
export type LayerLayout =
  | { readonly kind: 'channelsFirst' }
  | { readonly kind: 'channelsLast' }
  | { readonly kind: 'tokens'; readonly before: number; readonly grid: readonly [number, number] }
  | {
      readonly kind: 'scattered';
      /** The value's own axes. */
      readonly shape: readonly number[];
      readonly channelAxis: number;
      readonly grid: readonly [number, number];
      readonly order: readonly number[];
    };

/** A value that Grad-CAM and its family can look at. */
export interface Layer {
  /** The value's name in the model file. */
  readonly name: string;
  readonly op: string;
  /** [channels, height, width] */
  readonly shape: readonly [number, number, number];
  /** The one that `auto` takes. */
  readonly automatic: boolean;
  /** Why it is. */
  readonly reason?: string;
  /** Default: channels first. */
  readonly layout?: LayerLayout;
}
