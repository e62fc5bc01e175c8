import { widthOfColumn } from "../columnSpans.js";
import type { TableColumn } from "../table.js";

/** What preparation needs to know of a column, as plain JSON. */
export interface ColumnKind {
  readonly kind: "number" | "category" | "date" | "unused";
  /** Of categories how many levels there are. */
  readonly levels?: number | undefined;
  /** Of dates whether they have a time of day. */
  readonly hasTime?: boolean | undefined;
}

/** Of each column of the matrix: a text's words are numbers. */
export const kindsOf = (columns: readonly TableColumn[]): ColumnKind[] =>
  columns.flatMap((column) => Array.from({ length: widthOfColumn(column) }, () => kindOf(column)));

export function kindOf(column: TableColumn): ColumnKind {
  switch (column.kind) {
    case "number":
    case "text":
    case "picture":
      return { kind: "number" };
    case "category":
      return { kind: "category", levels: column.levels.length };
    case "date":
      return { kind: "date", hasTime: column.hasTime };
  }
}
