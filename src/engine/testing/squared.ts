import type { Value } from "../graph/graph.js";
import { mul } from "../ops/mul.js";
import { isFloat } from "../tensor/dtype.js";
import type { Build } from "./evaluate.js";

/**
 * The squares of `build`'s outputs. A linear operator's gradient does not depend on its input, so the second
 * derivative of the operator alone says nothing of the gradient's own gradient; that of the square does.
 */
export function squared(build: Build): Build {
  return (...inputs) => {
    const built = build(...inputs);
    const outputs = Array.isArray(built) ? (built as readonly Value[]) : [built as Value];
    return outputs.map((output) => (isFloat(output.dtype) ? mul(output, output) : output));
  };
}
