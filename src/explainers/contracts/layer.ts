/**
 * The layout of a layer in the graph: [1, C, h, w]; [1, h, w, C]; [1, tokens, C], where `before` tokens without a place
 * (class, distillation, registers) come first, `grid` is height and width, and tokens after the grid have no place
 * either; or any other order (windows, units that are merged later), where `order` gives for each place of the grid,
 * row by row, the element of a channel.
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

/** A value that Grad-CAM and its family can use. */
export interface Layer {
  /** The value's name in the model file. */
  readonly name: string;
  readonly op: string;
  /** [channels, height, width] */
  readonly shape: readonly [number, number, number];
  /** The layer that `auto` chooses. */
  readonly automatic: boolean;
  /** Why it was chosen. */
  readonly reason?: string;
  /** Default: channels first. */
  readonly layout?: LayerLayout;
}
