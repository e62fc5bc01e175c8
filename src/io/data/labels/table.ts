import { isRecord, parseJson } from "../../../engine/files/parseJson.js";
import { isBlank } from "../../tables/csv/findSeparator.js";
import { loadParser } from "../../tables/csv/parser.js";
import { type RowSettings, rawRows } from "../../tables/csv/rawRows.js";
import { withPlainLineEnds } from "../../tables/encoding/textPieces.js";

/** A row of a label file. */
export interface Row {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Why it cannot be used, where that shows already. */
  readonly fault?: string;
}

export interface Table {
  /** The names of the columns where the format has them; a first row of CSV may be names, and may be data. */
  readonly names: readonly string[] | undefined;
  readonly rows: readonly Row[];
}

/** Lines that a delimiter is told by. */
const sampled = 20;

/**
 * Reads CSV with commas, semicolons or tabs, told by the first lines.
 *
 * @param name what errors call the file
 * @throws ImagoError where a quotation does not end
 */
export async function readCsv(name: string, text: string): Promise<Table> {
  const settings = { name, parser: await loadParser(), separator: delimiterOf(text) };
  const plain = withPlainLineEnds(text);
  const rows = rowsOf(plain, settings);
  // Spaces before a quotation mark make it a part of the cell, which nobody means here.
  const isSpaced = rows.some(({ cells }) => cells.some((cell) => cell.startsWith('"')));
  const quoted = new RegExp(`(^|${settings.separator})[ \\t]+(?=")`, "gm");
  return { names: undefined, rows: isSpaced ? rowsOf(plain.replaceAll(quoted, "$1"), settings) : rows };
}

/** Rows that are not blank, with trimmed cells. */
function rowsOf(text: string, settings: RowSettings): Row[] {
  return [...rawRows([text], settings)].flatMap(({ rows, lines }) =>
    rows.flatMap((row, at) => {
      const cells = row.map((cell) => cell.trim());
      return isBlank(cells) ? [] : [{ line: lines[at] as number, cells }];
    }),
  );
}

function delimiterOf(text: string): string {
  const lines = text
    .slice(0, 2 ** 16)
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== "")
    .slice(0, sampled)
    .map((line) => line.replaceAll(/"[^"]*"/g, ""));
  let best = { delimiter: ",", agreeing: 0 };
  for (const delimiter of [",", ";", "\t"]) {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    // Names of files have commas in them now and then.
    const agreeing = counts.filter((count) => count > 0 && count === counts[0]).length;
    if (agreeing > best.agreeing) best = { delimiter, agreeing };
  }
  return best.delimiter;
}

/** Reads JSON Lines: an object on each. A line that is none is a row with a fault. */
export function readJsonLines(text: string): Table {
  const names: string[] = [];
  const places = new Map<string, number>();
  const rows: Row[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === "") return;
    const value = parsed(line);
    if (!isRecord(value)) {
      rows.push({ line: index + 1, cells: [], fault: "it is no JSON object" });
      return;
    }
    const cells: string[] = [];
    for (const [name, cell] of Object.entries(value)) {
      let place = places.get(name);
      if (place === undefined) {
        place = names.length;
        places.set(name, place);
        names.push(name);
      }
      cells[place] = cellOf(cell);
    }
    rows.push({ line: index + 1, cells: Array.from(cells, (cell) => cell ?? "") });
  });
  return { names, rows };
}

function parsed(line: string): unknown {
  try {
    return parseJson(line, "a line");
  } catch {
    return undefined;
  }
}

/** `1` and `"1"` are the same; what is neither a word nor a number is left empty. */
function cellOf(value: unknown): string {
  if (typeof value === "string") return value.trim();
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
