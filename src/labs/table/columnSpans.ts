import type { TableColumn } from "./table.js";

/** The columns of the matrix that a column of the table has. */
export interface Span {
  /** Numbers of columns of the matrix, rising. */
  readonly columns: readonly number[];
}

/** How many columns of the matrix a column has: one; of texts one for their length and one for each word; of pictures one for each feature. */
export function widthOfColumn(column: TableColumn): number {
  if (column.kind === "picture") return column.features;
  return column.kind === "text" ? column.words.length + 1 : 1;
}

/** Whether a column is many numbers, none of which means the column by itself. */
export const isManifold = ({ kind }: TableColumn): boolean => kind === "text" || kind === "picture";

/** Where each column of the table stands in the matrix. */
export function columnSpans(columns: readonly TableColumn[]): Span[] {
  let from = 0;
  return columns.map((column) => {
    const first = from;
    from += widthOfColumn(column);
    return { columns: Array.from({ length: from - first }, (_, at) => first + at) };
  });
}

/** Of each column of the matrix the kind of the column that it is of. */
export const kindsInMatrix = (columns: readonly TableColumn[]): TableColumn["kind"][] =>
  columns.flatMap((column) => new Array<TableColumn["kind"]>(widthOfColumn(column)).fill(column.kind));

/** How many columns the matrix has. */
export const matrixWidth = (columns: readonly TableColumn[]): number =>
  columns.reduce((sum, column) => sum + widthOfColumn(column), 0);
