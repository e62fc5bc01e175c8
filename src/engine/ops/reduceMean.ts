import { reduceOp } from "./define/reduce.js";
import { div } from "./div.js";
import { expand } from "./expand.js";

/** Arithmetic mean over axes; 0 for an empty axis, as ONNX Runtime has it. */
export const reduceMean = reduceOp("ReduceMean", (x, _y, dy, axes) => {
  const count = axes.reduce((product, axis) => product * x.size(axis), 1);
  return expand(div(dy, count), x.shape);
});
