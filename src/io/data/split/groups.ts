import { counted } from "../../../engine/words.js";
import type { Entry } from "../listing/listing.js";

/** What says which pictures must stay together: the n-th folder below the class, or a pattern on the path. */
export type GroupRule = number | RegExp;

/** The group of each picture, `undefined` for those that stand for themselves. */
export interface Groups {
  readonly names: readonly (string | undefined)[];
  readonly warnings: readonly string[];
}

/** @returns `undefined` where nothing says anything of groups */
export function groupsOf(entries: readonly Entry[], rule: GroupRule | undefined): Groups | undefined {
  if (rule === undefined && entries.every(({ group }) => group === undefined)) return undefined;
  const names = entries.map((entry) => groupOf(entry, rule));
  const without = names.filter((name) => name === undefined).length;
  if (without === 0) return { names, warnings: [] };
  const first = entries[names.indexOf(undefined)]?.path;
  const one = without === 1;
  const why =
    rule instanceof RegExp
      ? `${one ? "does" : "do"} not match ${rule}`
      : rule === undefined
        ? `${one ? "has" : "have"} no group in the label file`
        : `${one ? "has" : "have"} no folder at level ${rule} below ${one ? "its" : "their"} class`;
  const stands = one ? "stands for itself" : "stand for themselves";
  return { names, warnings: [`${counted(without, "picture")} ${why} and ${stands}, first ${first}.`] };
}

function groupOf({ path, between, group }: Entry, rule: GroupRule | undefined): string | undefined {
  if (rule === undefined) return group;
  if (typeof rule === "number") return between.split("/").slice(0, -1)[rule - 1];
  // A pattern that is global or sticky remembers where it stood.
  rule.lastIndex = 0;
  const found = rule.exec(path);
  return found === null ? undefined : (found[1] ?? found[0]);
}
