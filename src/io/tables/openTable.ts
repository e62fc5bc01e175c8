import { abortSignal, accepting, type FieldsOf, oneOf, optional, readOptions } from "../../engine/options.js";
import { openCsv } from "./csv/openCsv.js";
import { findEncoding } from "./encoding/findEncoding.js";
import { encodingField } from "./encoding/labels.js";
import { textPieces } from "./encoding/textPieces.js";
import { openJsonLines } from "./jsonLines/openJsonLines.js";
import { refuseOtherKinds } from "./notText.js";
import { type NamedBytes, tableBytes } from "./tableBytes.js";
import { formatOfName, formatOfText, separatorField, type TableFormat, tableFormats } from "./tableFormat.js";
import type { TableSource } from "./tableSource.js";

export interface OpenTableOptions {
  /** What stands between two cells of CSV; `"tab"` is a tab. Default: found by how the file begins. */
  readonly separator?: string | undefined;
  /**
   * Any label of the WHATWG standard, such as `"windows-1252"` or `"shift_jis"`. Default: by the byte order mark, by zero bytes
   * (UTF-16), UTF-8 where the whole file is that, another script where its bytes show it clearly, else Windows-1252.
   */
  readonly encoding?: string | undefined;
  /** Default: JSON Lines for a name that ends with .jsonl or .ndjson and for a text that begins with "{", else CSV. */
  readonly format?: TableFormat | undefined;
  /** Ends the opening: its reason is thrown. Default: none. */
  readonly signal?: AbortSignal | undefined;
}

export const openTableFields = {
  separator: optional(separatorField),
  encoding: optional(encodingField),
  format: optional(oneOf(tableFormats, undefined, { help: "how the table is written" })),
  signal: abortSignal,
} satisfies FieldsOf<OpenTableOptions>;

const where = "openTable";

const sourceField = accepting(
  "the path of a file, or { name, bytes }",
  (value): value is string | NamedBytes => {
    if (typeof value === "string") return value !== "";
    if (typeof value !== "object" || value === null || !("name" in value) || !("bytes" in value))
      return false;
    return typeof value.name === "string" && value.bytes instanceof Uint8Array;
  },
);

/**
 * Opens a table: CSV with names in its first line, or JSON Lines. All its bytes are read at once, 2 GiB at most, and stay in memory as
 * long as the source does, so that each pass over the rows reads the same; text is made of them some at a time.
 *
 * @param source the path of a file; or bytes and what messages call them, which must not be changed as long as the source is used
 * @throws {ImagoError} Naming the file where it cannot be read, is no text (and what it is, where that shows), has no names or no
 *   rows, where a quotation mark near its beginning is never closed, and where a line of JSON Lines is no object of plain values; the
 *   signal's reason where that was given.
 */
export async function openTable(
  source: string | NamedBytes,
  options?: OpenTableOptions,
): Promise<TableSource> {
  const { separator, encoding: label, format: stated, signal } = readOptions(where, options, openTableFields);
  const { name, bytes, isCut, notices } = await tableBytes(sourceField.read(where, "source", source), signal);
  signal?.throwIfAborted();
  refuseOtherKinds(name, bytes);
  const encoding = findEncoding(bytes, { name, given: label, isCut });
  const [start = ""] = textPieces(bytes, encoding, 2 ** 12);
  const format = stated ?? formatOfName(name) ?? formatOfText(name, start);
  const text = { name, bytes, encoding, isCut };
  const body = format === "csv" ? await openCsv(text, separator) : await openJsonLines(text, signal);
  return {
    ...{ name, format, encoding: encoding.label, separator: body.separator, columns: body.columns },
    notices: [...notices, ...encoding.notices, ...body.notices],
    rows: (given) => body.rows(readOptions("rows", given, { signal: abortSignal }).signal),
    problems: body.problems,
  };
}
