import type { Parser } from "./parser.js";

/** What may stand between two cells; the first is taken first. */
const candidates = [",", ";", "\t", "|", "\x1f", "\x1e"] as const;

/** Rows by which a separator is told. */
const sampled = 100;

/** A separator, and where it comes from. */
export interface FoundSeparator {
  readonly separator: string;
  /** `stated`: by a first line "sep=;", as Excel reads and writes it. */
  readonly by: "guess" | "stated";
}

/**
 * What stands between the cells of a table.
 *
 * papaparse's guess is right where one separator gives rows of one length in the first ten. It is checked against the others over more
 * rows, names included: the other is taken where it gives every row the same number of cells and these are more than the names are by
 * the guess, or as many where the guess does not. So are decimal commas among semicolons told: names have none.
 *
 * @param sample the beginning of the text; lines end with "\n"
 * @param isWhole whether it is all of it, so that its last row counts
 */
export function findSeparator(parser: Parser, sample: string, isWhole: boolean): FoundSeparator {
  const stated = statedSeparator(sample);
  if (stated !== undefined) return { separator: stated, by: "stated" };
  const rows = isWhole ? sample : sample.slice(0, sample.lastIndexOf("\n") + 1);
  const { meta, errors } = parser.parse<string[]>(rows, { newline: "\n", preview: 10, skipEmptyLines: true });
  const isNone = errors.some(({ code }) => code === "UndetectableDelimiter");
  const widths = new Map(candidates.map((one) => [one as string, widthsBy(parser, rows, one)]));
  const steady = [...widths].filter(([, of]) => isSteady(of));
  if (isNone) {
    // Of one column, whose texts may have commas in them: what none of them has.
    const single = steady.find(([, of]) => of[0] === 1) ?? steady[0];
    return { separator: single?.[0] ?? ",", by: "guess" };
  }
  let best = meta.delimiter;
  for (const [separator, of] of steady) {
    const [width = 0] = of;
    const others = widths.get(best) ?? [];
    const more = width - (others[0] ?? 0);
    if (width > 1 && (more > 0 || (more === 0 && !isSteady(others)))) best = separator;
  }
  return { separator: best, by: "guess" };
}

const isSteady = (widths: readonly number[]): boolean => widths.every((width) => width === widths[0]);

/** How many cells the first rows have. */
function widthsBy(parser: Parser, rows: string, separator: string): number[] {
  const { data }: { readonly data: readonly string[][] } = new parser.Parser({
    ...{ delimiter: separator, newline: "\n", preview: sampled },
  }).parse(rows, 0, false);
  return data.filter((row) => !isBlank(row)).map((row) => row.length);
}

const statement = /^"?sep=([^"\n])"?\n/i;

/** The separator that a first line states for Excel. */
function statedSeparator(text: string): string | undefined {
  return statement.exec(text)?.[1];
}

/** A text without the line that states its separator, in whose place an empty one stands. */
export function withoutStatement(text: string): string {
  return text.replace(statement, "\n");
}

/** Whether a row is a blank line. */
export const isBlank = (row: readonly string[]): boolean => row.length === 1 && row[0]?.trim() === "";
