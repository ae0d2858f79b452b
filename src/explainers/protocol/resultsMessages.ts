// Every message between the page of a folder of results and the extension host.
import type { CropPicture } from '../contracts/labels/crops.ts';
import type {
  ResultsFacts,
  ResultsFilter,
  ResultsRows,
  ResultsSort,
  ResultsSummary,
} from '../contracts/resultsView.ts';

type Nothing = Record<never, never>;

/** What the page's fields say. The host knows which images have findings. */
export interface PageFilter extends Omit<ResultsFilter, 'items'> {
  /** Only images and classes with an open finding of Check Labels. */
  readonly findings: boolean;
}

export interface ResultsContents {
  /** The folder's name. */
  readonly name: string;
  /** Null: it could not be read. */
  readonly facts: ResultsFacts | null;
  readonly problem: string | null;
}

export interface ResultsHostSide {
  readonly requests: {
    ready(request: Nothing): ResultsContents;
    rows(request: {
      filter: PageFilter;
      sort: ResultsSort;
      from: number;
      count: number;
      metrics: readonly string[];
    }): ResultsRows;
    summary(request: { filter: PageFilter; metric: string }): ResultsSummary;
    /** Images by their names in the results; null: one cannot be shown. */
    pictures(request: { images: readonly string[]; side: number }): readonly (CropPicture | null)[];
    /** Shows a row in a panel, with the images of the rows around it. */
    open(request: { filter: PageFilter; sort: ResultsSort; at: number }): null;
  };
  readonly notifications: Nothing;
}

export interface ResultsPageSide {
  readonly requests: Nothing;
  /** The folder has more results now. */
  readonly notifications: { readonly changed: Nothing };
}
