import { ImagoError } from "../../../engine/errors.js";
import type { TableSource } from "../../../io/tables/tableSource.js";
import { readingNotices } from "../../../labs/table/columns/build/readingNotices.js";
import { type ReadTable, readTable } from "../../../labs/table/columns/build/tableBuilder.js";
import { examplesText } from "../../../labs/table/columns/decide/sentences.js";
import { quoted } from "../../../labs/table/columns/words.js";
import { loadTableModel } from "../../../labs/table/files/tableFolder.js";
import type { TableModel } from "../../../labs/table/model/tableModel.js";
import type { TableColumn } from "../../../labs/table/table.js";
import { pictureCells } from "./pictureFeatures.js";
import { openNamed } from "./tableFlags.js";

/** A file as a model takes it. */
export interface ReadByModel {
  readonly model: TableModel;
  readonly source: TableSource;
  readonly read: ReadTable;
  /** What was found on the way: whole sentences. */
  readonly notices: readonly string[];
}

/**
 * Loads what was learnt, and reads a file by it.
 *
 * @param learning whether the target is read too, and rows without it are left out
 */
export async function readByModel(
  dir: string,
  file: string,
  flags: object,
  { learning }: { readonly learning: boolean },
): Promise<ReadByModel> {
  const model = await loadTableModel(dir);
  const source = await openNamed(file, "<file>", flags);
  const pictures = await pictureCells(source, model.columns, file);
  const { schema } = model.state;
  // What is predicted need not be known, and may say so in its own words.
  const options = { learning, roles: false, pictures };
  const read = await readTable(schema, source.columns, source.rows(), options);
  checkReadable(read, source.name);
  return { model, source, read, notices: [...source.notices, ...source.problems(), ...readingNotices(read)] };
}

/**
 * Numbers and dates of which none can be read are written otherwise than those learnt from: to take them all for missing would be to predict
 * from nothing.
 *
 * @throws ImagoError naming the column and the first of them
 */
function checkReadable({ table, columns }: ReadTable, name: string): void {
  columns.forEach(({ name: column, missing, unreadable, examples }, at) => {
    const own = table.columns[at] as TableColumn;
    if ((own.kind !== "number" && own.kind !== "date") || unreadable < 2) return;
    if (missing + unreadable < table.x.rows) return;
    const marks = own.kind === "number" ? `, with "${own.decimal}" before their decimals` : "";
    throw new ImagoError(
      `${name}: none of the ${unreadable} cells of column ${quoted(column)} is a ${own.kind}: ${examplesText(examples)} …`,
      { help: `Write them as the file that was learnt from does${marks}, or leave the cells empty.` },
    );
  });
}
