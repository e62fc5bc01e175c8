import { UsageError } from "./run.js";

/** What a number on the command line may be. */
export interface NumberRange {
  readonly least?: number;
  readonly most?: number;
  /** The number must be larger than this. */
  readonly above?: number;
  /** The number must be smaller than this. */
  readonly below?: number;
  readonly whole?: boolean;
}

/**
 * The value of a flag as a number.
 *
 * @param flag as the user wrote it: `--units`
 * @throws UsageError saying what was expected and what came
 */
export function numberOf(flag: string, text: string, range: NumberRange = {}): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  const { least = -Infinity, most = Infinity, above = -Infinity, below = Infinity, whole = false } = range;
  const fits = value >= least && value <= most && value > above && value < below && Number.isFinite(value);
  if (fits && (!whole || Number.isSafeInteger(value))) return value;
  throw new UsageError(`${flag} must be ${describe(range)}, received "${text}".`);
}

function describe({ least, most, above, below, whole = false }: NumberRange): string {
  const lower = least !== undefined ? `from ${least}` : above !== undefined ? `above ${above}` : "";
  const upper = most !== undefined ? `to ${most}` : below !== undefined ? `below ${below}` : "";
  return [whole ? "a whole number" : "a number", lower, upper].filter((part) => part !== "").join(" ");
}

/**
 * One of the words a flag knows.
 *
 * @throws UsageError naming all
 */
export function oneOf<const T extends string>(flag: string, text: string, words: readonly T[]): T {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new UsageError(`${flag} must be ${words.join(" or ")}, received "${text}".`);
}
