import { anyText } from "../../engine/arguments.js";
import { atomicWrite } from "../../engine/files/atomicWrite.js";
import { abortSignal, accepting, type FieldsOf, oneOf, optional, readOptions } from "../../engine/options.js";
import { formatOfName, isTabName, tableFormats } from "./tableFormat.js";
import type { Cell } from "./tableSource.js";
import { type TableWriterOptions, tableWriter, tableWriterFields } from "./tableWriter.js";

export interface WriteTableOptions extends TableWriterOptions {
  /** Default: JSON Lines for a name that ends with .jsonl or .ndjson, else CSV; with tabs for .tsv and .tab. */
  readonly format?: TableWriterOptions["format"];
  /** Ends the writing, and nothing is left of it: its reason is thrown. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

export const writeTableFields = {
  ...tableWriterFields,
  format: optional(oneOf(tableFormats, undefined, { help: "how the table is written" })),
  signal: abortSignal,
} satisfies FieldsOf<WriteTableOptions>;

/** Rows, some at a time. */
export type CellBatches = Iterable<Iterable<readonly Cell[]>> | AsyncIterable<Iterable<readonly Cell[]>>;

const where = "writeTable";

const batchesField = accepting(
  "an iterable of arrays of rows",
  (value): value is CellBatches =>
    typeof value === "object" &&
    value !== null &&
    (Symbol.iterator in value || Symbol.asyncIterator in value),
);

/**
 * Writes a table to a file, which is there whole or not at all. Batches are asked for as they are written, so that a table larger than
 * the memory can be.
 *
 * @param path where to write; its folder must exist, and a file there is replaced
 * @param batches arrays of rows; what they throw is thrown, and nothing is written then
 * @throws {ImagoError} as {@link tableWriter}; naming the path where it cannot be written; the signal's reason where that was given
 */
export async function writeTable(
  path: string,
  batches: CellBatches,
  options: WriteTableOptions,
): Promise<void> {
  const place = anyText.read(where, "path", path);
  const rows = batchesField.read(where, "batches", batches);
  const { signal, columns, ...given } = readOptions(where, options, writeTableFields);
  const format = given.format ?? formatOfName(place) ?? "csv";
  const separator = given.separator ?? (isTabName(place) ? "\t" : ",");
  const writer = tableWriter({ format, columns, separator });
  const failures: unknown[] = [];
  async function* pieces(): AsyncGenerator<string> {
    try {
      yield writer.head;
      for await (const batch of rows) {
        signal?.throwIfAborted();
        yield writer.rows(batch);
      }
      signal?.throwIfAborted();
    } catch (error) {
      failures.push(error);
      throw error;
    }
  }
  try {
    await atomicWrite(place, pieces());
  } catch (error) {
    // Not as a fault of the file's.
    throw failures.length > 0 ? failures[0] : error;
  }
}
