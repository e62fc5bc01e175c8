import { grouped } from "../../../engine/words.js";

/** A share as sentences have it: `4.2 %`; never 0 % or 100 % of what is neither nothing nor all. */
export function percent(part: number, whole: number): string {
  if (part === 0 || part === whole) return part === 0 ? "0 %" : "100 %";
  const share = (100 * part) / whole;
  if (share < 0.1) return "under 0.1 %";
  if (share > 99.9) return "over 99.9 %";
  return `${Number(share.toFixed(1))} %`;
}

/** Longest cell or name that a sentence shows whole. */
const longestQuoted = 40;

/** What stands in a file, in quotation marks and short: `"n/k"`. */
export function quoted(text: string): string {
  return JSON.stringify(text.length <= longestQuoted ? text : `${text.slice(0, longestQuoted - 1)}…`);
}

/** Line numbers as sentences have them: `line 7`, `lines 7, 9, 12 and 40 more`. */
export function linesText(lines: readonly number[], count = lines.length): string {
  if (count === 1) return `line ${lines[0]}`;
  const more = count - lines.length;
  return `lines ${lines.join(", ")}${more > 0 ? ` and ${grouped(more)} more` : ""}`;
}
