import { ImagoError } from "../../engine/errors.js";
import { converting, type Field } from "../../engine/options.js";
import { extensionOf } from "../data/listing/names.js";

/** How a table is written: cells between separators, or an object of JSON on each line. */
export const tableFormats = ["csv", "jsonLines"] as const;
export type TableFormat = (typeof tableFormats)[number];

/** The format that a file's name promises; `undefined` where it is any. */
export function formatOfName(name: string): TableFormat | undefined {
  const extension = extensionOf(name);
  if (extension === "jsonl" || extension === "ndjson") return "jsonLines";
  return ["csv", "tsv", "tab"].includes(extension) ? "csv" : undefined;
}

/** Whether a file's name says that tabs stand between its cells. */
export const isTabName = (name: string): boolean => ["tsv", "tab"].includes(extensionOf(name));

/**
 * The format of a table whose name does not say it, by how it begins.
 *
 * @throws ImagoError for a whole array of JSON, which nobody means as CSV
 */
export function formatOfText(name: string, start: string): TableFormat {
  if (/^\s*\[\s*\{/.test(start)) {
    throw new ImagoError(`Cannot read ${name}: it is an array of JSON.`, {
      help: "Write an object on each line instead (JSON Lines), as jq -c '.[]' does.",
    });
  }
  return /^\s*\{/.test(start) ? "jsonLines" : "csv";
}

/** What stands between two cells. */
export const separatorField: Field<string> = converting(
  'a character without quotation marks or line breaks, as ";", or "tab"',
  (value) => {
    if (typeof value !== "string") return undefined;
    if (value === "tab" || value === "\\t") return "\t";
    return value === "" || /["\r\n\uFEFF]/.test(value) ? undefined : value;
  },
  { help: "what stands between two cells of CSV; tab for a tab", form: { kind: "text" } },
);

const separatorNames: Readonly<Record<string, string>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "vertical bars",
  " ": "spaces",
  "\x1e": "record separators (U+001E)",
  "\x1f": "unit separators (U+001F)",
};

/** A separator as sentences name it: `semicolons`. */
export const separatorName = (separator: string): string =>
  separatorNames[separator] ?? JSON.stringify(separator);
