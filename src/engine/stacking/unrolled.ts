import { ImagoError } from "../errors.js";
import type { Value } from "../graph/graph.js";
import { concat } from "../ops/concat.js";
import { reshape } from "../ops/reshape.js";
import { split } from "../ops/split.js";
import { again, memberShape, type Stacked, type StackingRule, spread } from "./stacked.js";

/**
 * Each member by itself, and the results put together: right for every operator, and no faster than one member after the
 * other.
 *
 * @throws ImagoError for operators with sub-graphs
 */
export const unrolled: StackingRule = (call) => {
  const { node, members } = call;
  if (node.attributes.graphs().length > 0) {
    throw new ImagoError(
      `${node.operator.type} "${node.name}" has a graph of its own and cannot be computed for several members at once.`,
      { help: "Train the members one after another." },
    );
  }
  // ONNX Runtime writes the next statistics over the present ones, also where another node reads these.
  const writes = node.operator.type === "BatchNormalization";
  const parts = call.inputs.map((input) => {
    if (input === undefined) return undefined;
    return piecesOf(writes ? { value: spread(input, members), varies: true } : input, members);
  });
  const results = Array.from({ length: members }, (_, member) =>
    again(
      call,
      parts.map((pieces) => pieces?.[member]),
    ),
  );
  return node.outputs.map((output, place) => joined(results, place, output.shape));
};

function piecesOf(input: Stacked, members: number): Value[] {
  if (!input.varies) return Array.from({ length: members }, () => input.value);
  const sizes = Array.from({ length: members }, () => 1);
  return split(input.value, { axis: 0, sizes }).map((piece) => reshape(piece, memberShape(input)));
}

function joined(results: readonly Value[][], place: number, shape: readonly number[]): Value {
  const rows = results.map((outputs) => reshape(outputs[place] as Value, [1, ...shape]));
  return concat(rows, { axis: 0 });
}
