import type { Matrix } from "../../methods/learners/matrix.js";

/** A column whose cells are numbers. */
export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  /** What stands between whole and parts. */
  readonly decimal: "." | ",";
  /** What stands between thousands and is left out: `,`, `.`, `'` or a space. Default: none. */
  readonly thousands?: string | undefined;
  /** A sign that cells have before or behind their number and that is left out: `%`, `€`, `$`. Default: none. */
  readonly unit?: string | undefined;
}

/** A column whose cells are one of a few texts; two words for yes and no too. */
export interface CategoryColumn {
  readonly kind: "category";
  readonly name: string;
  /** Its texts, trimmed, the most frequent first. Their numbers here are what stands in the matrix. */
  readonly levels: readonly string[];
}

/** A column of days, or of moments. */
export interface DateColumn {
  readonly kind: "date";
  readonly name: string;
  /** The order in which its numbers stand: `iso` is year, month, day. */
  readonly order: "iso" | "dayFirst" | "monthFirst";
  /** Whether cells have a time of day. */
  readonly hasTime: boolean;
}

/** A column of sentences. It has a column of the matrix for how many words a text has, and one for each of its words. */
export interface TextColumn {
  readonly kind: "text";
  readonly name: string;
  /** In lower case, the most frequent first. */
  readonly words: readonly string[];
  /** For each word how it is written: what stands between spaces. */
  readonly forms: readonly (readonly string[])[];
}

/** A column of names of picture files. It has a column of the matrix for each feature that a network finds in pictures. */
export interface PictureColumn {
  readonly kind: "picture";
  readonly name: string;
  /** What finds the features, by its name. */
  readonly network: string;
  /** How many it finds, from 1. */
  readonly features: number;
}

export type TableColumn = NumberColumn | CategoryColumn | DateColumn | TextColumn | PictureColumn;

/** What is to be predicted: a number, one of two classes, or one of several. */
export type TableTask = "regression" | "binary" | "classes";

/** Rows of a file as numbers, one column of the matrix for each column that is used; of texts and pictures several. */
export interface TypedTable {
  readonly columns: readonly TableColumn[];
  /**
   * `[rows, columns]`: numbers as they are; of categories the number of their level, from 0; of dates days since the
   * beginning of 1970 as they are written, with the time of day as a part of one. NaN where a cell is missing; of
   * categories −1 for a text that is none of the levels; of texts how many words they have, and 1 for each word that is in one, else 0; of
   * pictures their features.
   */
  readonly x: Matrix;
  /** The line of the file that each row began on, from 1. */
  readonly lines: Int32Array;
}

/** Predictions by something that has learnt. */
export interface TablePredictor {
  /**
   * @param x rows of the same columns as were learnt from
   * @returns `[rows]` for numbers; `[rows, classes]`, row-major, of probabilities for classes, also for two
   */
  predict(x: Matrix): Promise<Float64Array>;
}
