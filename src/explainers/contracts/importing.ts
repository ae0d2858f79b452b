import type { Size } from './geometry.ts';

/** The Python interpreter if nobody chose one: what the system calls it. */
export const DEFAULT_PYTHON = process.platform === 'win32' ? 'python' : 'python3';

/** What an import does only after the user agreed to it. */
export type Consent = 'pickle' | 'download';

/** A model to be imported with Python: exported to ONNX, compared, and written with its card. */
export interface ImportRequest {
  /**
   * A file, a folder of timm, Hugging Face or TensorFlow, `module:function`, `timm:NAME`, `hf:NAME` or
   * `torchvision:NAME`.
   */
  readonly source: string;
  /** Absolute: relative paths start here, and Python finds modules here. */
  readonly folder: string;
  /** Absolute path of the ONNX file to write. */
  readonly out: string;
  /** The Python interpreter: a path or a command. */
  readonly python: string;
  /** `module:function` that builds the model, for a file that holds only weights. */
  readonly function?: string;
  /** Height and width of the model's input, if the source does not say. */
  readonly size?: Size;
  /** The picture on which model and export are compared; absent: the one in the package. */
  readonly image?: string;
  readonly allow?: readonly Consent[];
  /** The most that Python may take; absent: 600. */
  readonly seconds?: number;
}

/** What an import would run. */
export interface ImportPlan {
  /** The script, a file of this package. */
  readonly script: string;
  /** Its text. */
  readonly text: string;
  /** The file to write unless the user chooses another; null: the source is no file or folder. */
  readonly out: string | null;
  /** The source as it was understood, in words: 'the PyTorch file net.pt'. */
  readonly what: string;
}

/** How far the export is from the model itself, for one batch of images. */
export interface ImportComparison {
  readonly batch: number;
  /** The largest difference of two outputs, as a share of the largest output. */
  readonly difference: number;
  /** The most that was allowed. */
  readonly limit: number;
}

export type ImportAnswer =
  | {
      readonly kind: 'imported';
      readonly model: string;
      /** The card; null if the model cannot be explained, for the reason in `notes`. */
      readonly card: string | null;
      readonly compared: readonly ImportComparison[];
      readonly notes: readonly string[];
    }
  /** Nothing was written, because the user has to agree first, … */
  | { readonly kind: 'ask'; readonly ask: Consent; readonly why: string }
  /** … or has to name the function that builds the model. */
  | { readonly kind: 'ask'; readonly ask: 'function'; readonly why: string };
