import type { NumberColumn } from "../table.js";

/** A target that is a number. */
export interface NumberTarget {
  readonly task: "regression";
  readonly column: NumberColumn;
}

/** A target that is one of some classes. */
export interface ClassTarget {
  readonly task: "binary" | "classes";
  /** The column's name. */
  readonly name: string;
  /** Their texts; their numbers here are those of `y`. Of two the second is the positive one. */
  readonly classes: readonly string[];
}

export type TableTarget = NumberTarget | ClassTarget;

/** The column that a target is read from. */
export function targetName(target: TableTarget): string {
  return target.task === "regression" ? target.column.name : target.name;
}
