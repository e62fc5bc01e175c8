import { printable } from "../../../engine/errors.js";

/** Columns of a terminal. */
export const pageWidth = 80;

/** Letters that take two places on a terminal, and marks that take none. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const none = /[\p{M}\p{Cf}]/u;
const placesOf = (letter: string): number => (none.test(letter) ? 0 : wide.test(letter) ? 2 : 1);

/** Places that a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += placesOf(letter);
  return width;
}

/** A name or cell on one line that a terminal takes for text alone. */
export function oneLine(text: string): string {
  return printable(
    text.replaceAll(/[^\S\u00a0\u202f]+/g, " ").replaceAll(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, ""),
  ).trim();
}

/** Without its end, if it is longer. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let [kept, used] = ["", 0];
  for (const letter of text) {
    used += placesOf(letter);
    if (used > width - 1) break;
    kept += letter;
  }
  return `${kept}…`;
}

/** Filled with spaces at its end, or at its beginning. */
export function padded(text: string, width: number, side: "left" | "right" = "left"): string {
  const fill = " ".repeat(Math.max(0, width - widthOf(text)));
  return side === "left" ? text + fill : fill + text;
}

/** A text in lines that end at words; later lines are indented. Longer words are broken. */
export function wrapped(text: string, first = "", rest = first): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of oneLine(text)
    .split(" ")
    .flatMap((one) => pieces(one, pageWidth - widthOf(rest)))) {
    if (!isEmpty && widthOf(line) + 1 + widthOf(word) > pageWidth) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): string[] {
  const found: string[] = [];
  let [piece, used] = ["", 0];
  for (const letter of word) {
    const places = placesOf(letter);
    if (used + places > width) {
      found.push(piece);
      [piece, used] = ["", 0];
    }
    piece += letter;
    used += places;
  }
  return [...found, piece];
}

/** Cells in columns: the first to the left and cut where the line would be too long, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ""))),
  );
  const others = widths.slice(1).reduce((sum, width) => sum + width + 2, 0);
  const first = Math.max(8, Math.min(widths[0] ?? 0, pageWidth - others));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? padded(cut(cell, first), first) : padded(cell, widths[column] as number, "right"),
      )
      .join("  ")
      .trimEnd(),
  );
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of a share, from 0 to 1, of so many places. */
export function bar(share: number, width: number): string {
  const parts = Math.round(8 * width * Math.min(1, Math.max(0, share)));
  return "█".repeat(Math.floor(parts / 8)) + (eighths[parts % 8] as string);
}
