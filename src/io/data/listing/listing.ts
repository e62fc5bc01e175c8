import { counted, firstOf } from "../../../engine/words.js";
import { extensionOf, type PartName } from "./names.js";
import type { Found, Walk } from "./walk.js";

/** What pictures were found, before they are divided into parts. */
export interface Entry extends Found {
  /** The name of its class, in Unicode's composed form, in which it is the same on every system. */
  readonly className: string;
  /** The group that a label file gives it. */
  readonly group?: string | undefined;
  /** The part that folders or a label file give it. */
  readonly part?: PartName | undefined;
}

/** A row of a label file that was left out, and why. */
export interface SkippedRow {
  /** From 1, as editors count. */
  readonly line: number;
  readonly reason: string;
}

export type LayoutKind = "folders" | "parts" | "archive" | "labels";

export interface Listing {
  readonly kind: LayoutKind;
  readonly entries: readonly Entry[];
  /** Class folders without a picture. */
  readonly emptyClasses: readonly string[];
  /** The parts that folders or a label file give, and what gives them: `val` for `validation`, or {@link byLabelFile}. */
  readonly givenParts: ReadonlyMap<PartName, string>;
  readonly warnings: readonly string[];
  readonly skippedRows: readonly SkippedRow[];
}

/** What gives a part that no folder gives. */
export const byLabelFile = "the label file";

export const composed = (name: string): string => name.normalize("NFC");

/** Says which pictures were passed over because their kind is not read. */
export function foreignWarnings({ foreign }: Walk): string[] {
  if (foreign.length === 0) return [];
  const counts = new Map<string, number>();
  for (const path of foreign) {
    const extension = `.${extensionOf(path)}`;
    counts.set(extension, (counts.get(extension) ?? 0) + 1);
  }
  const kinds = [...counts].map(([extension, count]) => `${count} ${extension}`);
  return [
    `${counted(foreign.length, "file")} of kinds that are not read (${kinds.join(", ")}) were passed over, ` +
      `first ${foreign[0]}: convert them, for example to JPEG.`,
  ];
}

/** `a, b and 3 more`, from a set or a list of names. */
export const named = (names: Iterable<string>): string => firstOf([...names]);
