import { printable } from "../../../../engine/errors.js";
import { escapeHtml } from "../../../../methods/pages/escape.js";
import { shortened } from "../../../../methods/pages/scales.js";

/** A name or cell as it stands in the page. All that comes from outside goes through here. */
export const safe = (text: string): string => escapeHtml(printable(text));

/** The same, without its middle where it is long; pointing at it shows more of it. */
export function safeShort(text: string, length: number): string {
  if (text.length <= length) return safe(text);
  return `<span title="${safe(text.slice(0, 400))}">${safe(shortened(text, length))}</span>`;
}

/** A section with what is to be known to read it; both as HTML. */
export function section(id: string, title: string, how: string, body: string): string {
  const said = how === "" ? "" : `<p class="soft how">${how}</p>`;
  return `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${said}${body}</section>`;
}

/** A section that says why there is nothing in it; none where that is not known. */
export function absentSection(id: string, title: string, why: string | undefined): string {
  return why === undefined ? "" : section(id, title, `Not known: ${safe(why)}.`, "");
}

/** A column of a table. */
export interface Head {
  readonly text: string;
  /** Figures stand to the right. Default: text, to the left. */
  readonly isFigure?: boolean | undefined;
  /** Bars and points, which take what room there is. Default: no. */
  readonly isPicture?: boolean | undefined;
}

/** Cells as HTML, the first of each row its head. */
export interface Row {
  readonly cells: readonly string[];
  /** Whether it stands out. Default: no. */
  readonly isMarked?: boolean | undefined;
}

/**
 * A table that can be scrolled where it is wider than the page. All texts but the head's are HTML.
 *
 * @param width as wide as the page, or as its cells. Default: `wide`.
 */
export function table(
  caption: string,
  head: readonly Head[],
  rows: readonly Row[],
  width: "wide" | "narrow" = "wide",
): string {
  const kind = (place: number): string => {
    const { isFigure, isPicture } = head[place] ?? {};
    return isFigure === true ? ' class="n"' : isPicture === true ? ' class="picture"' : "";
  };
  const heads = head.map(({ text }, place) => `<th scope="col"${kind(place)}>${safe(text)}</th>`).join("");
  const body = rows.map(({ cells, isMarked }) => {
    const own = cells.map((cell, place) =>
      place === 0 ? `<th scope="row">${cell}</th>` : `<td${kind(place)}>${cell}</td>`,
    );
    return `<tr${isMarked === true ? ' class="marked"' : ""}>${own.join("")}</tr>`;
  });
  return `<div class="room" role="region" aria-label="${safe(caption)}" tabindex="0"><table class="${width}"><caption>${safe(caption)}</caption><thead><tr>${heads}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table></div>`;
}

/** What is read by those who want to. */
export function folded(summary: string, body: string): string {
  return `<details><summary>${safe(summary)}</summary>${body}</details>`;
}

/** A bar with its error in a cell: shares of the cell's width, from 0 to 1. */
export function barCell(from: number, to: number, low: number, high: number): string {
  const part = (a: number, b: number): string =>
    `left:${(100 * Math.min(a, b)).toFixed(1)}%;width:${(100 * Math.abs(b - a)).toFixed(1)}%`;
  return `<div class="bar" aria-hidden="true"><i style="${part(from, to)}"></i><b style="${part(low, high)}"></b></div>`;
}

/** A point with its error, and where a line is drawn through all rows. */
export function pointCell(at: number, low: number, high: number, line: number | undefined): string {
  const left = (share: number): string => `left:${(100 * share).toFixed(1)}%`;
  const through = line === undefined ? "" : `<u style="${left(line)}"></u>`;
  return `<div class="bar" aria-hidden="true">${through}<b style="${left(low)};width:${(100 * (high - low)).toFixed(1)}%"></b><s style="${left(at)}"></s></div>`;
}
