/** Tables: files of rows, what their columns are, and learning one from the others. */
export { type OpenTableOptions, openTable } from "./io/tables/openTable.js";
export type { Cell, TableSource } from "./io/tables/tableSource.js";
export {
  type TableWriter,
  type TableWriterOptions,
  tableWriter,
} from "./io/tables/tableWriter.js";
export { type WriteTableOptions, writeTable } from "./io/tables/writeTable.js";
export * from "./labs/table/index.js";
