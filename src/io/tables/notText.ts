import { ImagoError } from "../../engine/errors.js";

/** What kinds of files are that people take for tables of text, by their first bytes as Latin-1, and what is to be done. */
const kinds: readonly (readonly [start: string, kind: string, help: string])[] = [
  ["\xd0\xcf\x11\xe0", "an Excel workbook (.xls)", "Save it as CSV in the spreadsheet program."],
  ["PAR1", "a Parquet file", "Export it as CSV, as DuckDB's COPY does."],
  ["ARROW1", "an Arrow file", "Export it as CSV."],
  ["FEA1", "a Feather file", "Export it as CSV."],
  ["\x1f\x8b", "compressed by gzip", "Unpack it first, as gunzip does."],
  ["BZh", "compressed by bzip2", "Unpack it first, as bunzip2 does."],
  ["\x28\xb5\x2f\xfd", "compressed by Zstandard", "Unpack it first, as unzstd does."],
  ["\xfd7zXZ\0", "compressed by xz", "Unpack it first, as unxz does."],
  ["7z\xbc\xaf", "a 7z archive", "Unpack it first."],
  ["SQLite format 3\0", "an SQLite database", "Export the table as CSV."],
  ["\x89HDF", "an HDF5 file", "Export the table as CSV."],
  ["\x93NUMPY", "a NumPy array", "Write it by numpy.savetxt, with the names of the columns above."],
  ["%PDF-", "a PDF document", "Export the table as CSV."],
];

/** Where the names in an archive stand: at both ends. */
const searched = 2 ** 16;

function archive(bytes: Buffer): readonly [kind: string, help: string] {
  const ends = [bytes.subarray(0, searched), bytes.subarray(-searched)];
  const holds = (text: string): boolean => ends.some((end) => end.includes(text, 0, "latin1"));
  if (holds("xl/")) return ["an Excel workbook", "Save it as CSV in the spreadsheet program."];
  if (holds("opendocument.spreadsheet")) {
    return ["an OpenDocument spreadsheet", "Save it as CSV in the spreadsheet program."];
  }
  return ["a ZIP archive", "Unpack it first."];
}

/**
 * Refuses what is no table of text, by how it begins.
 *
 * @throws ImagoError `Cannot read a.xlsx: it is an Excel workbook. Save it as CSV in the spreadsheet program.`
 */
export function refuseOtherKinds(name: string, bytes: Buffer): void {
  const start = bytes.toString("latin1", 0, 512);
  const found = start.startsWith("PK\x03\x04")
    ? archive(bytes)
    : kinds.find(([begin]) => start.startsWith(begin))?.slice(1);
  if (found !== undefined)
    throw new ImagoError(`Cannot read ${name}: it is ${found[0]}.`, { help: found[1] as string });
  if (/^(\xef\xbb\xbf)?\s*<(!doctype html|html|\?xml)/i.test(start)) {
    throw new ImagoError(`Cannot read ${name}: it is a page (HTML or XML).`, {
      help: "Download the file itself, which an address of a page about it does not give.",
    });
  }
}
