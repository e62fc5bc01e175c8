import type { TableSource } from "../../../io/tables/tableSource.js";
import { readingNotices } from "../../../labs/table/columns/build/readingNotices.js";
import { type ReadTable, readTable } from "../../../labs/table/columns/build/tableBuilder.js";
import { loadTableModel } from "../../../labs/table/files/tableFolder.js";
import type { TableModel } from "../../../labs/table/model/tableModel.js";
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
  const read = await readTable(model.state.schema, source.columns, source.rows(), { learning, pictures });
  return { model, source, read, notices: [...source.notices, ...source.problems(), ...readingNotices(read)] };
}
