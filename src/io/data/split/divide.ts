import { ImagoError, shown } from "../../../engine/errors.js";
import { alternatives } from "../../../engine/options.js";
import { counted, firstOf } from "../../../engine/words.js";
import { byLabelFile, type Entry, type Listing } from "../listing/listing.js";
import { type PartName, partNames } from "../listing/names.js";
import { type GroupRule, groupsOf } from "./groups.js";
import { type Fractions, hashParts, leastUnits } from "./hashParts.js";

/** Says the part of each picture by its path below the root. */
export type GivenSplit = (path: string) => PartName;

/** How data are divided. */
export interface SplitRequest {
  readonly split:
    | { readonly validation?: number | undefined; readonly test?: number | undefined }
    | GivenSplit
    | undefined;
  readonly group: GroupRule | undefined;
}

/** What decided: a hash of the path, of the group, the folders (or a column of a label file), or a function. */
export type SplitBy = "hash" | "groups" | "folders" | "given";

export interface Division {
  readonly parts: readonly PartName[];
  readonly groups: readonly (string | undefined)[] | undefined;
  readonly by: SplitBy;
  readonly warnings: readonly string[];
}

/**
 * Divides a list of pictures into parts, each picture into one.
 *
 * @param labels of each picture, the number of its class
 * @throws ImagoError where a function gives what is no part
 */
export function divide(listing: Listing, labels: readonly number[], request: SplitRequest): Division {
  const { entries, givenParts } = listing;
  const groups = groupsOf(entries, request.group);
  const warnings = [...(groups?.warnings ?? [])];
  if (typeof request.split === "function") {
    const { split } = request;
    const parts = entries.map(({ path }) => checkedPart(path, split(path)));
    return {
      parts,
      groups: groups?.names,
      by: "given",
      warnings: [...warnings, ...torn(groups?.names, parts)],
    };
  }
  const { validation = 0.2, test = 0 } = request.split ?? {};
  for (const part of ["validation", "test"] as const) {
    const asked = request.split?.[part];
    if (asked === undefined || asked === 0 || !givenParts.has(part)) continue;
    warnings.push(`split.${part} is not followed: ${givenParts.get(part)} gives that part.`);
  }
  const fractions = {
    validation: givenParts.has("validation") ? 0 : validation,
    test: givenParts.has("test") ? 0 : test,
  };
  const parts = entries.map(({ part }): PartName => part ?? "train");
  const empty = divideTrain(entries, labels, groups?.names, parts, fractions);
  const isGiven = givenParts.has("validation") || givenParts.has("test");
  const unsaid = isGiven ? entries.filter(({ part }) => part === undefined).length : 0;
  if (unsaid > 0) {
    const [have, count] = unsaid === 1 ? ["has", "counts"] : ["have", "count"];
    warnings.push(`${counted(unsaid, "picture")} ${have} no part in ${byLabelFile} and ${count} as train.`);
  }
  const by = isGiven ? "folders" : groups === undefined ? "hash" : "groups";
  return {
    parts,
    groups: groups?.names,
    by,
    warnings: [...warnings, ...(isGiven ? torn(groups?.names, parts) : []), ...empty],
  };
}

/** @returns what is to be said of parts that stay empty */
function divideTrain(
  entries: readonly Entry[],
  labels: readonly number[],
  groups: readonly (string | undefined)[] | undefined,
  parts: PartName[],
  fractions: Fractions,
): string[] {
  if (fractions.validation === 0 && fractions.test === 0) return [];
  const places = [...entries.keys()].filter((index) => parts[index] === "train");
  // A group may have the name that a picture's path has.
  const keys = places.map((index) => {
    const group = groups?.[index];
    return group === undefined ? (entries[index] as Entry).path : `group ${group}`;
  });
  const own = places.map((index) => labels[index] as number);
  const found = hashParts(keys, own, fractions);
  places.forEach((index, at) => {
    parts[index] = found[at] as PartName;
  });
  const named = groups === undefined ? undefined : places.map((index) => groups[index]);
  return (["validation", "test"] as const)
    .filter((part) => fractions[part] > 0 && !parts.includes(part))
    .map((part) => {
      const why = whyEmpty(part, keys, own, named);
      return `${part} has no picture, though split asks for ${fractions[part]} of them: ${why}.`;
    });
}

/** Why nothing could be kept from training for a part. */
function whyEmpty(
  part: "validation" | "test",
  keys: readonly string[],
  labels: readonly number[],
  groups: readonly (string | undefined)[] | undefined,
): string {
  const [first] = groups ?? [];
  if (keys.length > 1 && first !== undefined && new Set(keys).size === 1) {
    return `all pictures to divide are of one group, ${first}`;
  }
  const units = new Map<number, Set<string>>();
  keys.forEach((key, at) => {
    const label = labels[at] as number;
    units.set(label, (units.get(label) ?? new Set()).add(key));
  });
  const most = Math.max(0, ...[...units.values()].map(({ size }) => size));
  const what = groups === undefined ? "pictures" : "groups";
  return most < leastUnits[part]
    ? `no class has ${part === "validation" ? "two" : "three"} ${what}`
    : `no ${groups === undefined ? "picture" : "group"} can leave the other parts without taking the last of a class from them`;
}

function checkedPart(path: string, part: unknown): PartName {
  const found = partNames.find((one) => one === part);
  if (found !== undefined) return found;
  throw new ImagoError(
    `imageFolder: split gave ${shown(part)} for ${path}; it must give ${alternatives(partNames)}.`,
  );
}

/** Groups that others have put into several parts. */
function torn(groups: readonly (string | undefined)[] | undefined, parts: readonly PartName[]): string[] {
  if (groups === undefined) return [];
  const [first, found] = [new Map<string, PartName>(), new Set<string>()];
  groups.forEach((group, index) => {
    if (group === undefined) return;
    const part = parts[index] as PartName;
    if ((first.get(group) ?? part) !== part) found.add(group);
    first.set(group, first.get(group) ?? part);
  });
  if (found.size === 0) return [];
  return [
    `${found.size === 1 ? "Group" : `${found.size} groups, first`} ${firstOf([...found], 3)} ${found.size === 1 ? "is" : "are"} in several ` +
      "parts, as the parts were given: what is measured on one may have been learnt from another.",
  ];
}
