import { ImagoError } from "../../errors.js";
import { int } from "../../graph/attributes.js";
import { int64Vector } from "../../ops/define/define.js";
import type { NormalizeContext, PlainNode } from "../proto/plainNode.js";
import { NodeList } from "./nodeList.js";

/**
 * RMSNormalization of opset 23 by the operators that have gradients: x / √(mean(x²) + epsilon) · scale, with the mean
 * over the axes from `axis` on. It is computed in x's element type, whatever `stash_type` says. (Zhang and Sennrich,
 * "Root Mean Square Layer Normalization", 2019, equation 4.)
 */
export function rmsNormalizationInParts(node: PlainNode, context: NormalizeContext): readonly PlainNode[] {
  const [x = "", scale = ""] = node.inputs;
  const axes = normalizedAxes(node, context.typeOf(x).shape.length);
  const nodes = new NodeList(context, "rms");
  const over = context.constant(int64Vector(axes), "axes");
  const mean = nodes.add("ReduceMean", [nodes.add("Mul", [x, x]), over], { keepdims: int(1) });
  const epsilon = nodes.scalar(Number(node.attributes.epsilon?.value ?? 1e-5), x, "epsilon");
  const root = nodes.add("Sqrt", [nodes.add("Add", [mean, epsilon])]);
  return nodes.ending(nodes.add("Mul", [nodes.add("Div", [x, root]), scale]), node);
}

function normalizedAxes({ attributes }: PlainNode, rank: number): number[] {
  const axis = Number(attributes.axis?.value ?? -1);
  if (axis < -rank || axis >= rank)
    throw new ImagoError(`axis ${axis} is none of the ${rank} axes of its input`);
  const first = axis < 0 ? axis + rank : axis;
  return Array.from({ length: rank - first }, (_, at) => first + at);
}
