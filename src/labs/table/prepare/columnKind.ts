import type { TableColumn } from "../table.js";

/** What preparation needs to know of a column, as plain JSON. */
export interface ColumnKind {
  readonly kind: TableColumn["kind"];
  /** Of categories how many levels there are. */
  readonly levels?: number | undefined;
  /** Of dates whether they have a time of day. */
  readonly hasTime?: boolean | undefined;
}

export function kindOf(column: TableColumn): ColumnKind {
  switch (column.kind) {
    case "number":
      return { kind: "number" };
    case "category":
      return { kind: "category", levels: column.levels.length };
    case "date":
      return { kind: "date", hasTime: column.hasTime };
  }
}
