import type { Learner } from "../../../learners/learner.js";
import { meanFitted } from "../../../learners/mean.js";

/** Predicts one number, the same for all. */
export const constant = ({ value = 0 }: { readonly value?: number }): Learner => ({
  name: "constant",
  config: { value },
  fit: ({ x }) => meanFitted({ kind: "constant", columns: x.columns, values: [value], classes: false }),
});

/** Never ends, and waits for nothing. */
export const busy: Learner = {
  name: "busy",
  config: {},
  fit: () => {
    for (;;);
  },
};

/** Waits for ever. */
export const waiting: Learner = { name: "waiting", config: {}, fit: () => new Promise(() => undefined) };

/** Ends its process. */
export const deadly: Learner = { name: "deadly", config: {}, fit: () => process.exit(7) };
