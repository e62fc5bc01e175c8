/**
 * How a cell is written. Marks between digits are told apart by what they can be: `1.5` has a decimal point for certain, `1.234`
 * has a decimal point or stands for a thousand, `1.234.567` and `1.234,5` have points between thousands for certain.
 */
export const Writing = {
  /** Nothing, or a word or sign that stands for nothing. */
  missing: 0,
  /** `NaN`, which counts as missing; in a target it is what a calculation gave that went wrong. */
  nan: 1,
  /** Digits, at most 15 of them, the first no 0 unless it is alone. */
  whole: 2,
  /** Digits with needless zeros before them: `007`. */
  padded: 3,
  /** More than 15 digits, which float64 does not hold. */
  long: 4,
  /** A decimal point, or an exponent: `1.5`, `.5`, `0.234`, `1234.567`, `1e-3`. */
  point: 5,
  /** One to three digits, a point and three digits: `1.234`. */
  pointThree: 6,
  /** A decimal comma: `1,5`, `0,234`, `1234,567`. */
  comma: 7,
  /** One to three digits, a comma and three digits: `1,234`. */
  commaThree: 8,
  /** Commas between thousands: `1,234,567`, `1,234.5`. */
  commaGroups: 9,
  /** Points between thousands: `1.234.567`, `1.234,5`. */
  pointGroups: 10,
  /** Spaces between thousands, and nothing, a decimal point or a decimal comma behind. */
  spaceWhole: 11,
  spacePoint: 12,
  spaceComma: 13,
  /** Apostrophes between thousands, likewise. */
  apostropheWhole: 14,
  apostrophePoint: 15,
  apostropheComma: 16,
  /** `inf`, `-Infinity`, `∞`, or a number beyond float64. */
  infinite: 17,
  /** Year, month, day. */
  yearFirst: 18,
  /** Two numbers and a year, of which the first is over 12. */
  dayFirst: 19,
  /** Two numbers and a year, of which the second is over 12. */
  monthFirst: 20,
  /** Two numbers up to 12 and a year. */
  eitherFirst: 21,
  /** Anything else. */
  text: 22,
} as const;

export type Writing = (typeof Writing)[keyof typeof Writing];

/** How many there are. */
export const writingCount = 23;
