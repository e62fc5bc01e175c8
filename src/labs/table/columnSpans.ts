import type { TableColumn } from "./table.js";

/** The columns of the matrix that a column of the table has. */
export interface Span {
  /** Numbers of columns of the matrix, rising. */
  readonly columns: readonly number[];
}

/** How many columns of the matrix a column has: one, of texts one for their length and one for each word. */
export function widthOfColumn(column: TableColumn): number {
  return column.kind === "text" ? column.words.length + 1 : 1;
}

/** Where each column of the table stands in the matrix. */
export function columnSpans(columns: readonly TableColumn[]): Span[] {
  let from = 0;
  return columns.map((column) => {
    const first = from;
    from += widthOfColumn(column);
    return { columns: Array.from({ length: from - first }, (_, at) => first + at) };
  });
}

/** Numbers of the columns of the matrix that texts have. */
export function wordColumns(columns: readonly TableColumn[]): Set<number> {
  const spans = columnSpans(columns);
  return new Set(columns.flatMap(({ kind }, at) => (kind === "text" ? (spans[at]?.columns ?? []) : [])));
}

/** How many columns the matrix has. */
export const matrixWidth = (columns: readonly TableColumn[]): number =>
  columns.reduce((sum, column) => sum + widthOfColumn(column), 0);
