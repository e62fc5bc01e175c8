import { ImagoError } from "../../errors.js";
import { Attributes } from "../../graph/attributes.js";
import { normalizeAxis } from "../../tensor/shape.js";
import type { TensorType } from "../../tensor/tensor.js";
import type { PlainNode } from "../proto/plainNode.js";

/**
 * The types of a sub-graph's inputs, which files may leave out or give with open sizes, from what the
 * node feeds them. `undefined` for nodes whose sub-graphs are not known to follow their inputs.
 */
export function bodyInputTypes(
  node: PlainNode,
  inputs: readonly (TensorType | undefined)[],
): readonly TensorType[] | undefined {
  if (node.domain !== "") return undefined;
  if (node.type === "If") return [];
  if (node.type === "Loop") {
    return [
      { dtype: "int64", shape: [] },
      { dtype: "bool", shape: [] },
      ...inputs.slice(2).map((type) => present(type)),
    ];
  }
  return node.type === "Scan" ? scanBodyTypes(new Attributes(node.attributes), inputs) : undefined;
}

/** The states as they come in, then one slice of each scanned input. */
function scanBodyTypes(
  attributes: Attributes,
  inputs: readonly (TensorType | undefined)[],
): readonly TensorType[] {
  const scanned = attributes.int("num_scan_inputs");
  const states = inputs.length - scanned;
  if (scanned < 1 || states < 0) {
    throw new ImagoError(`num_scan_inputs is ${scanned}, with ${inputs.length} inputs`);
  }
  const axes = attributes.ints("scan_input_axes");
  return inputs.map((input, index) => {
    const { dtype, shape } = present(input);
    if (index < states) return { dtype, shape };
    const axis = normalizeAxis(axes?.[index - states] ?? 0, shape.length);
    return { dtype, shape: shape.filter((_, at) => at !== axis) };
  });
}

function present(type: TensorType | undefined): TensorType {
  if (type === undefined) throw new ImagoError("an input of a sub-graph is left out");
  return type;
}
