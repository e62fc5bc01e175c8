import { ImagoError } from "../../../engine/errors.js";
import { isPictureName } from "../listing/names.js";
import type { PictureIndex } from "./pictureIndex.js";
import type { Row, Table } from "./table.js";

/** Which columns say what, and where the rows begin. */
export interface Columns {
  readonly rows: readonly Row[];
  readonly path: number;
  readonly label: number;
  readonly group: number | undefined;
  readonly split: number | undefined;
  /** How many cells a row has. */
  readonly width: number;
}

/** What columns are called, in lower case and without anything but letters; the first is taken first. */
const known = {
  path: "file filename filepath path image imagepath imagefile imagename imageid img picture photo fname".split(
    " ",
  ),
  label: "label class classname category target labels y".split(" "),
  group: "group groupid groups".split(" "),
  split: "split part subset partition set".split(" "),
} as const;

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]/g, "");

/** Rows that a column is told by. */
const sampled = 50;

/**
 * Finds the columns of a label file, by their names or by what stands in them.
 *
 * @throws ImagoError naming the columns where it cannot be told
 */
export function findColumns(name: string, table: Table, index: PictureIndex): Columns {
  const [first] = table.rows;
  if (first === undefined) throw new ImagoError(`Cannot read ${name}: it has no rows.`);
  const isHeader = table.names === undefined && namesColumns(first, index);
  const names = table.names ?? (isHeader ? first.cells : undefined);
  const rows = isHeader ? table.rows.slice(1) : table.rows;
  const width = names?.length ?? Math.max(...rows.slice(0, sampled).map(({ cells }) => cells.length));
  const byName = (what: keyof typeof known): number | undefined => columnNamed(names, known[what]);
  const path = byName("path") ?? columnOfPictures(rows, width, index);
  if (path === undefined || width < 2)
    throw unclear(name, names, rows, "no column names pictures of the folder");
  const [group, split] = [byName("group"), byName("split")];
  const label = byName("label") ?? onlyOther(width, [path, group, split]);
  if (label === undefined) throw unclear(name, names, rows, "it does not show which column is the label");
  return { rows, path, label, group, split, width };
}

/** Whether a first row says what the columns are. */
function namesColumns({ cells }: Row, index: PictureIndex): boolean {
  if (cells.some((cell) => index.find(cell) !== undefined)) return false;
  const words: readonly string[] = Object.values(known).flat();
  return cells.some((cell) => words.includes(plain(cell))) || !cells.some(isPictureName);
}

function columnNamed(names: readonly string[] | undefined, words: readonly string[]): number | undefined {
  const plainNames = names?.map(plain) ?? [];
  const word = words.find((one) => plainNames.includes(one));
  return word === undefined ? undefined : plainNames.indexOf(word);
}

/** The column of which most cells are pictures, there or at least by their names. */
function columnOfPictures(rows: readonly Row[], width: number, index: PictureIndex): number | undefined {
  let best: { column: number; hits: number } | undefined;
  for (let column = 0; column < width; column++) {
    const cells = rows.slice(0, sampled).map((row) => row.cells[column] ?? "");
    const hits = cells.filter(
      (cell) => cell !== "" && (isPictureName(cell) || index.find(cell) !== undefined),
    ).length;
    if (hits > (best?.hits ?? 0)) best = { column, hits };
  }
  return best?.column;
}

function onlyOther(width: number, taken: readonly (number | undefined)[]): number | undefined {
  const left = Array.from({ length: width }, (_, column) => column).filter(
    (column) => !taken.includes(column),
  );
  return left.length === 1 ? left[0] : undefined;
}

function unclear(
  name: string,
  names: readonly string[] | undefined,
  rows: readonly Row[],
  why: string,
): ImagoError {
  const columns =
    names === undefined
      ? `its first row is ${JSON.stringify(rows[0]?.cells ?? [])}`
      : `its columns are ${names.map((one) => JSON.stringify(one)).join(", ")}`;
  return new ImagoError(`Cannot read ${name}: ${why}; ${columns}.`, {
    help: 'Begin it with a line "file,label" (or with semicolons or tabs), then a row for each picture: "1.jpg,cat".',
  });
}
