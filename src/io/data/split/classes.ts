import { ImagoError } from "../../../engine/errors.js";
import { counted, firstOf } from "../../../engine/words.js";
import { byLabelFile, composed, type Listing } from "../listing/listing.js";
import { compareCodePoints, type PartName, partNames } from "../listing/names.js";

/** The classes of a list of pictures. */
export interface Classes {
  readonly names: readonly string[];
  /** The list without the pictures of classes that are not wanted. */
  readonly listing: Listing;
  readonly warnings: readonly string[];
}

/**
 * The classes of pictures: as they were given, in that order, or those that pictures to train on have, by code point.
 *
 * @throws ImagoError where a part that folders give has a class that train has not, and where none of those given is there
 */
export function classesOf(listing: Listing, given: readonly string[] | undefined): Classes {
  const counts = new Map<string, number>();
  for (const { className } of listing.entries) counts.set(className, (counts.get(className) ?? 0) + 1);
  if (given !== undefined) return chosen(listing, given.map(composed), counts);
  const { entries } = listing;
  const known = new Set(
    entries.filter(({ part }) => part === undefined || part === "train").map((one) => one.className),
  );
  const foreign = entries.find(({ className }) => !known.has(className));
  if (foreign !== undefined) {
    const { className } = foreign;
    const others = entries.filter((one) => one.className === className);
    const parts = partNames.filter((name) => others.some(({ part }) => part === name));
    const where = parts.map((part) => calledIn(listing, part)).join(" and ");
    throw new ImagoError(
      `imageFolder: the class ${JSON.stringify(className)} (${counted(others.length, "picture")}, first ${foreign.path}) is in ` +
        `${where} and not in ${calledIn(listing, "train")}.`,
      {
        help: "Classes are matched by name: give train pictures of it, take it out, or name the classes that are wanted with classes.",
      },
    );
  }
  return { names: [...known].sort(compareCodePoints), listing, warnings: [] };
}

/** What a part is called where it was given: as its folder is; in label files by a word that they take. */
function calledIn({ givenParts }: Listing, part: PartName): string {
  const given = givenParts.get(part) ?? byLabelFile;
  if (given !== byLabelFile) return given;
  return part === "validation" ? "val" : part;
}

function chosen(listing: Listing, names: readonly string[], counts: ReadonlyMap<string, number>): Classes {
  const wanted = new Set(names);
  if (names.every((name) => !counts.has(name))) {
    throw new ImagoError(
      `imageFolder: none of the classes that were given (${firstOf(names)}) is there; there are ${firstOf([...counts.keys()].sort(compareCodePoints))}.`,
      { help: "Classes are named as their folders are, or as the label file has them." },
    );
  }
  const others = [...counts].filter(([name]) => !wanted.has(name));
  const left = others.reduce((sum, [, count]) => sum + count, 0);
  const warnings =
    others.length === 0
      ? []
      : [
          `${counted(left, "picture")} of ${counted(others.length, "class", "classes")} not among those given ` +
            `(${firstOf(others.map(([name]) => name))}) ${left === 1 ? "was" : "were"} left out.`,
        ];
  const entries =
    others.length === 0 ? listing.entries : listing.entries.filter((one) => wanted.has(one.className));
  return { names, listing: { ...listing, entries }, warnings };
}
