/** The columns of a Parquet file that may be labels; those of bytes are not read. */
export interface RowsRequest {
  readonly path: string;
  /** False: no column is read. */
  readonly labels: boolean;
}

export interface RowsAnswer {
  /** Of images in the file: the column that holds them. */
  readonly images: string | null;
  readonly columns: readonly string[];
  /** Per row, per column: plain data; names of classes in the place of their numbers. */
  readonly rows: readonly (readonly unknown[])[];
}

/** The images of a row group. */
export interface ImagesRequest {
  readonly path: string;
  /** Counted from 0. */
  readonly row: number;
}

export interface ImagesAnswer {
  /** The first row of the group, and an image for each of its rows. */
  readonly from: number;
  readonly images: readonly { readonly bytes: Uint8Array | null; readonly path: string | null }[];
}
