import { ImagoError, nearest } from "../../../../engine/errors.js";
import { counted, firstOf } from "../../../../engine/words.js";
import { quoted } from "../words.js";

/** Where a file has the columns that are wanted. */
export interface ColumnMatch {
  /** Places in the file by names wanted; what the file lacks and need not have is absent. */
  readonly places: ReadonlyMap<string, number>;
  /** Whole sentences: names that are written otherwise. */
  readonly notices: readonly string[];
  /** A sentence on columns that nobody wants, if there are some. */
  readonly ignored: readonly string[];
}

/** A name without what people change without noticing: letter case, spaces at its ends and doubled ones. */
const plain = (name: string): string => name.trim().replaceAll(/\s+/g, " ").toLowerCase();

/**
 * Finds columns by their names, in whatever order the file has them. A name that only one column of the file has in other letter case
 * or with other spaces is taken for it, with a notice; columns that nobody wants are ignored, with a notice.
 *
 * @param wanted what must be there
 * @param optional what is taken if it is there
 * @param names the file's, in the order of its cells
 * @throws {ImagoError} naming every column that is not there, with the nearest, or one that is there twice
 */
export function matchColumns(
  wanted: readonly string[],
  optional: readonly string[],
  names: readonly string[],
): ColumnMatch {
  const places = new Map<string, number>();
  const notices: string[] = [];
  const missing: string[] = [];
  const required = new Set(wanted);
  const all = new Set([...wanted, ...optional]);
  const exact = placesBy(names, (name) => name);
  const others = placesBy(names, (name) => (all.has(name) ? undefined : plain(name)));
  for (const name of all) {
    const same = exact.get(name) ?? [];
    if (same.length > 1) throw severalOf(name, same.length);
    const alike = others.get(plain(name)) ?? [];
    if (same[0] !== undefined) places.set(name, same[0]);
    else if (alike.length === 1 && alike[0] !== undefined) {
      places.set(name, alike[0]);
      notices.push(`column ${quoted(names[alike[0]] as string)} is taken for ${quoted(name)}.`);
    } else if (required.has(name)) missing.push(name);
  }
  if (missing.length > 0) throw lacking(missing, names);
  return { places, notices, ignored: ignored(names, places) };
}

/** Places of names by something that several may have in common. */
function placesBy(
  names: readonly string[],
  key: (name: string) => string | undefined,
): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [place, name] of names.entries()) {
    const common = key(name);
    if (common === undefined) continue;
    const found = places.get(common);
    if (found === undefined) places.set(common, [place]);
    else found.push(place);
  }
  return places;
}

function severalOf(name: string, count: number): ImagoError {
  return new ImagoError(`the file has ${counted(count, "column")} ${quoted(name)}.`, {
    help: "Rename all but one.",
  });
}

function ignored(names: readonly string[], places: ReadonlyMap<string, number>): string[] {
  const used = new Set(places.values());
  const extra = names.filter((_, place) => !used.has(place));
  if (extra.length === 0) return [];
  const verb = extra.length === 1 ? "is" : "are";
  return [`${counted(extra.length, "column")} of the file ${verb} not used: ${firstOf(extra.map(quoted))}.`];
}

function lacking(missing: readonly string[], names: readonly string[]): ImagoError {
  const each = missing.map((name) => {
    const meant = nearest(name, names);
    return meant === undefined ? quoted(name) : `${quoted(name)} (is it ${quoted(meant)}?)`;
  });
  const what = missing.length === 1 ? "the column" : counted(missing.length, "column");
  return new ImagoError(`the file lacks ${what} ${firstOf(each, 10)}.`, {
    help: `It has: ${firstOf(names.map(quoted), 20)}.`,
  });
}
