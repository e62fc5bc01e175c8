/** What becomes of one column of the table, found on the rows that are learnt from alone. */
export type ColumnPart =
  | NumberPart
  | CategoryPart
  | CodePart
  | IndexPart
  | DatePart
  | MomentPart
  | RawPart
  | UnusedPart;

/** A number as it is, NaN where it is missing: for trees, which find a side for these. */
export interface RawPart {
  readonly kind: "raw";
}

/** A column that this learner does not see. */
export interface UnusedPart {
  readonly kind: "unused";
}

/** A number without gaps: one column, and one each for what was missing and for the logarithm where these are wanted. */
export interface NumberPart {
  readonly kind: "number";
  /** What stands for missing ones: the median. */
  readonly fill: number;
  /** Whether a column says where a number was missing. */
  readonly indicator: boolean;
  /** Whether a column has log(1 + x) too. */
  readonly log: boolean;
}

/** A column of ones and zeros for each level that is frequent enough. */
export interface CategoryPart {
  readonly kind: "category";
  /** Numbers of the levels that have a column of their own. */
  readonly levels: readonly number[];
  /** Whether a column stands for all other levels, also those that were not learnt. */
  readonly rare: boolean;
  /** Whether a column says where none was given. */
  readonly missing: boolean;
  /** Of all levels by their numbers the share of rows, where there are too many for a column each. Default: none. */
  readonly shares?: readonly number[] | undefined;
}

/** The number of the level, for trees that divide sets of categories; NaN where none was given, −1 for the others. */
export interface CodePart {
  readonly kind: "code";
  /** Numbers of the levels that are told apart. */
  readonly levels: readonly number[];
  /** How many levels the table has. */
  readonly count: number;
}

/** The place of the level among those that are told apart: 0 for all others, 1 where none was given, then these. For embeddings. */
export interface IndexPart {
  readonly kind: "index";
  /** Numbers of the levels that are told apart. */
  readonly levels: readonly number[];
  /** How many levels the table has. */
  readonly count: number;
}

/** Places before those of the levels that are told apart. */
export const placesBefore = 2;

/** Days since the first that was learnt, the season and the day of the week as circles, the time of day where there is one. */
export interface DatePart {
  readonly kind: "date";
  /** The first day that was learnt, since 1970. */
  readonly first: number;
  /** What stands for missing ones, since 1970. */
  readonly fill: number;
  readonly indicator: boolean;
  readonly hasTime: boolean;
}

/**
 * Days since 1970, the day within a year, that of the week from 0 on Thursdays, and the time of day where there is one, NaN where no date
 * is given: for trees, which need no circles, and of which two days may not have nearly the same sine.
 */
export interface MomentPart {
  readonly kind: "moment";
  readonly hasTime: boolean;
}

/** Days of a year on average. */
export const daysOfYear = 365.2425;

/** How many columns of the design a part has. */
export function widthOf(part: ColumnPart): number {
  switch (part.kind) {
    case "unused":
      return 0;
    case "raw":
    case "code":
    case "index":
      return 1;
    case "number":
      return 1 + Number(part.indicator) + Number(part.log);
    case "category":
      return (
        part.levels.length + Number(part.rare) + Number(part.missing) + (part.shares === undefined ? 0 : 1)
      );
    case "moment":
      return part.hasTime ? 4 : 3;
    case "date":
      return 5 + Number(part.indicator) + (part.hasTime ? 2 : 0);
  }
}
