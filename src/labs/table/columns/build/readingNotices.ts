import { counted } from "../../../../engine/words.js";
import type { TableColumn } from "../../table.js";
import { examplesText } from "../decide/sentences.js";
import { linesText, quoted } from "../words.js";
import { type ReadTable, readField } from "./tableBuilder.js";

const expected: Readonly<Record<TableColumn["kind"], string>> = {
  number: "no number",
  category: "none of the texts learnt from",
  date: "no date",
  text: "no text",
  picture: "no picture that can be read",
};

/**
 * What a user should know of a table that was read: unreadable cells, texts that were not learnt from, rows left out, columns under
 * other names. Whole sentences.
 *
 * @throws {ImagoError} on what readTable has not given
 */
export function readingNotices(read: ReadTable): string[] {
  readField.read("readingNotices", "read", read);
  const { table, columns, withoutTarget, notices } = read;
  const cells = columns.flatMap(({ name, unreadable, examples }, at) => {
    if (unreadable === 0) return [];
    const kind = (table.columns[at] as TableColumn).kind;
    const more = unreadable > examples.length ? " …" : "";
    const as = kind === "category" ? "as rare" : "as missing";
    const what = `${counted(unreadable, "cell is", "cells are")} ${expected[kind]}`;
    const counts = unreadable === 1 ? "it counts" : "they count";
    return [`column ${quoted(name)}: ${what}, and ${counts} ${as}: ${examplesText(examples)}${more}.`];
  });
  const { count, lines } = withoutTarget;
  const verbs = count === 1 ? "has no target and is" : "have no target and are";
  const rows = count === 0 ? [] : [`${counted(count, "row")} ${verbs} left out: ${linesText(lines, count)}.`];
  return [...notices, ...rows, ...cells];
}
