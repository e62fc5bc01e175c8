import { existsSync } from "node:fs";
import { basename, extname, isAbsolute, join } from "node:path";
import { ImagoError } from "../../../engine/errors.js";
import { readTextChecked } from "../../../engine/files/readFileChecked.js";
import { counted, firstOf } from "../../../engine/words.js";
import type { Labelled } from "../listing/layout.js";
import { byLabelFile, composed, type Entry, type SkippedRow } from "../listing/listing.js";
import { type PartName, partOfName } from "../listing/names.js";
import { below, type Place } from "../listing/place.js";
import { type Found, newWalk, type Walk, walkPictures } from "../listing/walk.js";
import { type Columns, findColumns } from "./columns.js";
import { PictureIndex } from "./pictureIndex.js";
import { type Row, readCsv, readJsonLines } from "./table.js";

export interface LabelRequest {
  /** What the root is called in messages. */
  readonly name: string;
  /** Where the pictures are. */
  readonly place: Place;
  /** Whose list of files of other kinds is added to. */
  readonly walk: Walk;
  /** The part that a folder gives all of them. */
  readonly part: PartName | undefined;
  readonly strict: boolean;
}

/**
 * The pictures that a label file names. It is checked whole: rows with faults are listed, or with `strict` refused.
 *
 * @param file a path, or a name in the place
 * @throws ImagoError naming the file where it cannot be read or understood, where no row can be used, and where it gives one picture two
 *   labels
 */
export async function readLabels(file: string, request: LabelRequest): Promise<Labelled> {
  const { place, walk, part, strict } = request;
  const inPlace = isAbsolute(file) ? file : join(place.directory, file);
  const isThere = existsSync(inPlace);
  const shown = isThere && !isAbsolute(file) ? `${request.name}/${below(place, file)}` : file;
  const text = await readTextChecked(isThere ? inPlace : file);
  const own = newWalk(walk.signal);
  await walkPictures(own, place);
  walk.foreign.push(...own.foreign);
  const isJson = /^\s*\{/.test(text) || /^\.(jsonl|ndjson)$/i.test(extname(file));
  const table = isJson ? readJsonLines(text) : await readCsv(shown, text);
  const index = new PictureIndex(own.pictures);
  const columns = findColumns(shown, table, index);
  const reader = new RowReader(shown, columns, index, part);
  for (const row of columns.rows) reader.read(row);
  const { entries, faults } = reader;
  const [first] = faults;
  if (first !== undefined && (strict || entries.length === 0))
    throw refused(shown, faults, columns.rows.length);
  if (entries.length === 0) throw new ImagoError(`Cannot read ${shown}: it has no rows.`);
  return {
    entries,
    skippedRows: faults,
    givenParts: reader.givenParts,
    warnings: warnings(file, reader, own.pictures),
  };
}

function refused(shown: string, faults: readonly SkippedRow[], rows: number): ImagoError {
  const some = faults.slice(0, 3).map(({ line, reason }) => `line ${line}: ${reason}`);
  const more = faults.length - some.length;
  return new ImagoError(
    `Cannot read ${shown}: of ${counted(rows, "row")} ${faults.length} cannot be used; ${some.join("; ")}${more > 0 ? `; and ${more} more` : ""}.`,
    { help: "Each row is a picture, by its path below the folder, and its class." },
  );
}

function warnings(file: string, { entries, faults }: RowReader, pictures: readonly Found[]): string[] {
  const [name, said] = [basename(file), [] as string[]];
  const [first] = faults;
  if (first !== undefined) {
    said.push(
      `${counted(faults.length, "row")} of ${name} ${faults.length === 1 ? "was" : "were"} left out (line ${first.line}: ${first.reason}` +
        `${faults.length === 1 ? "" : "; …"}).`,
    );
  }
  const named = new Set(entries.map(({ path }) => path));
  const others = pictures.filter(({ path }) => !named.has(path));
  if (others.length > 0) {
    said.push(
      `${counted(others.length, "picture")} ${others.length === 1 ? "is" : "are"} in no row of ${name} (${firstOf(
        others.map((one) => one.path),
        3,
      )}).`,
    );
  }
  return said;
}

class RowReader {
  readonly entries: Entry[] = [];
  readonly faults: SkippedRow[] = [];
  readonly #name: string;
  readonly #columns: Columns;
  readonly #index: PictureIndex;
  readonly #part: PartName | undefined;
  /** Where each picture was named, and as what. */
  readonly #seen = new Map<string, { readonly line: number; readonly className: string }>();

  constructor(name: string, columns: Columns, index: PictureIndex, part: PartName | undefined) {
    this.#name = name;
    this.#columns = columns;
    this.#index = index;
    this.#part = part;
  }

  /** The parts that the file gives. */
  get givenParts(): ReadonlyMap<PartName, string> {
    const parts = this.#columns.split === undefined ? [] : this.entries.map(({ part }) => part);
    const said = [...new Set(parts)].filter((part) => part !== undefined);
    return new Map(said.map((part) => [part, byLabelFile]));
  }

  read(row: Row): void {
    const { entry, fault } = this.#entryOf(row);
    if (entry !== undefined) this.entries.push(entry);
    else if (fault !== undefined) this.faults.push({ line: row.line, reason: fault });
  }

  #entryOf(row: Row): { readonly entry?: Entry; readonly fault?: string } {
    const { path, label, group, split, width } = this.#columns;
    const { cells, line } = row;
    if (row.fault !== undefined) return { fault: row.fault };
    if (cells.length > width)
      return { fault: `it has ${counted(cells.length, "field")}, and ${width} are expected` };
    const [name, className] = [cells[path] ?? "", composed(cells[label] ?? "")];
    if (name === "") return { fault: "it names no picture" };
    if (className === "") return { fault: `${name} has no label` };
    const word = split === undefined ? "" : (cells[split] ?? "");
    // An empty cell says nothing.
    const part = word === "" ? this.#part : partOfName(word);
    if (word !== "" && part === undefined) {
      return { fault: `${name} is in the part ${JSON.stringify(word)}; expected is train, val or test` };
    }
    const lookup = this.#index.find(name);
    if (lookup === undefined) return { fault: `there is no picture ${name}` };
    if ("among" in lookup) return { fault: `${name} may be ${firstOf(lookup.among, 3)}` };
    const { found } = lookup;
    const fault = this.#again(found.path, line, className);
    const named = group === undefined ? undefined : cells[group];
    return fault === undefined
      ? { entry: { ...found, className, part, group: named === "" ? undefined : named } }
      : { fault };
  }

  /** Why a picture that was named before cannot be named again. */
  #again(path: string, line: number, className: string): string | undefined {
    const before = this.#seen.get(path);
    if (before === undefined) {
      this.#seen.set(path, { line, className });
      return undefined;
    }
    if (before.className === className) return `${path} stands in line ${before.line} already`;
    throw new ImagoError(
      `Cannot read ${this.#name}: it gives ${path} two labels, ${JSON.stringify(before.className)} in line ${before.line} and ` +
        `${JSON.stringify(className)} in line ${line}.`,
      { help: "Each picture has one class here. Take one of the rows out." },
    );
  }
}
