/** Tables: what their columns are, and learning one from the others. */
export { readingNotices } from "./columns/build/readingNotices.js";
export { restoreSchema, type TableSchema } from "./columns/build/schema.js";
export { type ReadTable, readTable, type TableBuilderOptions } from "./columns/build/tableBuilder.js";
export type { ColumnPlan, DroppedColumn, UsedColumn } from "./columns/decide/plan.js";
export { collectFacts, type FactsOptions, type RowBatch } from "./columns/facts/collectFacts.js";
export type { ColumnFacts } from "./columns/facts/columnFacts.js";
export { type TableOnnxOptions, tableOnnx } from "./export/tableOnnx.js";
export { loadTableModel, saveTableModel } from "./files/tableFolder.js";
export {
  type Contribution,
  type ShapleyOptions,
  type ShapleyValues,
  shapleyValues,
} from "./insight/shapleyValues.js";
export { type LearnTableOptions, type LearntTable, learnTable } from "./learnTable.js";
export { TableModel, type TableModelState } from "./model/tableModel.js";
export { type PlanOptions, planFields, planTable, type TablePlan } from "./planTable.js";
export { reportPage } from "./report/html/reportPage.js";
export { reportText } from "./report/reportText.js";
export type { TableReport } from "./report/tableReport.js";
export type {
  CategoryColumn,
  DateColumn,
  NumberColumn,
  TableColumn,
  TablePredictor,
  TableTask,
  TypedTable,
} from "./table.js";
