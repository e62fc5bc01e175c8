import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { cast } from "../../../engine/ops/cast.js";
import { concat } from "../../../engine/ops/concat.js";
import { equal } from "../../../engine/ops/equal.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { slice } from "../../../engine/ops/slice.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { missingBin } from "./bins.js";
import type { Trees } from "./nodes.js";

/** The operators of `asSeen`: float32 [rows, columns], categories as their bins. */
export function emitSeen(x: Value, categories: Trees["categories"]): Value {
  const seen = cast(x, "float32");
  if (categories.every((own) => own === undefined)) return seen;
  const columns = categories.map((own, j) => {
    const column = slice(seen, { starts: [j], ends: [j + 1], axes: [1] });
    return own === undefined ? column : binOf(column, own);
  });
  return concat(columns, { axis: 1 });
}

/** One category at most is equal; of none, also of what is missing, the bin is that of what is missing. */
function binOf(column: Value, own: Float32Array): Value {
  const isIt = cast(equal(column, new Tensor("float32", [1, own.length], Float32Array.from(own))), "float32");
  const less = Float32Array.from(own, (_, bin) => bin - missingBin);
  const product = mul(isIt, new Tensor("float32", [1, own.length], less));
  return add(reduceSum(product, { axes: [1], keepDims: true }), missingBin);
}
