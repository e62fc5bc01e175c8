import type { TableTask } from "../table.js";

/** What is predicted, for the search for columns that give it away. */
export interface LeakageTarget {
  readonly name: string;
  readonly task: TableTask;
  /** `[rows]`: finite numbers, or the numbers of classes from 0. */
  readonly y: Float64Array;
  /** The texts of the classes; for classes only. */
  readonly classes?: readonly string[] | undefined;
}
