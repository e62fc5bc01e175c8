import type { TableColumn } from "../../table.js";

/** What a column can be taken for. */
export const columnKinds = ["number", "category", "date", "text", "picture"] as const;
export type ColumnKind = (typeof columnKinds)[number];

/**
 * Why a column is not used: it numbers or names the rows; it has no cell; all its cells are one; over 99.5 % are missing; it is texts that are
 * no sentences and too many to be levels; the user left it out.
 */
export type DropReason = "identifier" | "empty" | "constant" | "missing" | "text" | "excluded";

interface Decided {
  readonly name: string;
  /** The reason as a sentence without its subject: `numbers with a decimal comma; 12 of 4,000 cells are missing`. */
  readonly why: string;
  /** Whole sentences that a user should read: what was decided and could be otherwise. */
  readonly warnings: readonly string[];
}

/** A column that is learnt from. */
export interface UsedColumn extends Decided {
  readonly use: true;
  readonly column: TableColumn;
  /** Whether the user said what it is. */
  readonly forced: boolean;
}

/** A column that is not. */
export interface DroppedColumn extends Decided {
  readonly use: false;
  readonly reason: DropReason;
  /** Whether it counts the rows, one more or one less in each. */
  readonly steps: boolean;
}

export type ColumnPlan = UsedColumn | DroppedColumn;

/** Largest share of cells that may be unreadable in a column of numbers or dates. */
export const mostUnreadable = 0.02;
