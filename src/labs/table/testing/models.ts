import type { TableModelState } from "../model/tableModel.js";

/** What always says 2.5, of a table with one column. */
export const meanOfTable: TableModelState = {
  version: 1,
  task: "regression",
  target: "price",
  schema: { columns: [{ kind: "number", name: "a", decimal: "." }] },
  method: "convex",
  background: "",
  members: [
    {
      name: "mean",
      weight: 1,
      state: {
        kind: "prepared",
        parts: [{ kind: "raw" }],
        logTarget: false,
        learnt: { kind: "constant", columns: 1, values: [2.5], classes: false },
      },
    },
  ],
};
