/** The result of comparing a device with the CPU, for one model. */
export type Check =
  /** It has the CPU's numbers, and is faster. */
  | { readonly outcome: 'good' | 'slow'; readonly figures: Figures }
  /** It has other numbers; null: they are not numbers. */
  | { readonly outcome: 'wrong'; readonly what: Compared; readonly difference: number | null }
  /** It cannot take the model completely, cannot be used at all, or did not finish in time. */
  | { readonly outcome: 'lacks' | 'broken' | 'late'; readonly reason: string };

/** The parts that are compared. */
export type Compared = 'forward pass' | 'gradient' | 'Grad-CAM';

export interface Figures {
  /** The largest difference of all parts: ‖device − CPU‖ / ‖CPU‖. */
  readonly difference: number;
  /** Milliseconds for a forward pass and a gradient. */
  readonly device: number;
  readonly cpu: number;
}

/** Whether the content of a file is a check. */
export function isCheck(value: Check): boolean {
  switch (value.outcome) {
    case 'good':
    case 'slow':
      return [value.figures.difference, value.figures.device, value.figures.cpu].every(Number.isFinite);
    case 'wrong':
      return typeof value.what === 'string';
    default:
      return ['lacks', 'broken', 'late'].includes(value.outcome) && typeof value.reason === 'string';
  }
}

/** What a check says about a device: part of a sentence, as in {@link PassedOver}. */
export function reasonOf(check: Check): string {
  switch (check.outcome) {
    case 'good':
    case 'slow':
      return `its numbers are the CPU's to ${scientific(check.figures.difference)}, and a gradient takes ${milliseconds(check.figures.device)} instead of ${milliseconds(check.figures.cpu)}`;
    case 'wrong':
      return `its ${check.what} differs from the CPU's by ${percent(check.difference)}`;
    default:
      return check.reason;
  }
}

const scientific = (value: number) => (value === 0 ? 'the last bit' : value.toExponential(0));
const milliseconds = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const percent = (value: number | null) =>
  value !== null && Number.isFinite(value) ? `${(100 * value).toPrecision(2)}%` : 'more than any number';
