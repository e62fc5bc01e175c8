import { ImagoError } from "../../errors.js";
import { int } from "../../graph/attributes.js";
import { int64Vector } from "../../ops/define/define.js";
import type { DType } from "../../tensor/dtype.js";
import { sizeOf } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import type { NormalizeContext, PlainNode } from "../proto/plainNode.js";
import { NodeList } from "./nodeList.js";

/** [batch, heads, time, features]: a value, and what is at that name. */
interface Heads {
  readonly value: string;
  readonly shape: readonly number[];
}

/**
 * Attention of opset 23 to 26 by the operators that have gradients: softmax(scale · q·kᵀ + mask)·v for every head.
 *
 * Inputs are [batch, heads, time, features] or [batch, time, heads · features]; several heads of the query may
 * share one of key and value. The mask is added or, being boolean, says what is kept. The cache of earlier
 * keys and values, `softcap`, the windows of opset 25 and the further outputs are refused.
 */
export function attentionInProducts(node: PlainNode, context: NormalizeContext): readonly PlainNode[] {
  refuseTheRest(node);
  const nodes = new NodeList(context, "attention");
  const [q = "", k = "", v = "", mask = ""] = node.inputs;
  const query = headsOf(q, "q_num_heads", node, nodes);
  const [, heads = 1, , features = 1] = query.shape;
  const key = repeated(headsOf(k, "kv_num_heads", node, nodes), heads, nodes);
  const value = repeated(headsOf(v, "kv_num_heads", node, nodes), heads, nodes);
  const { dtype } = context.typeOf(q);
  const given = node.attributes.scale?.value;
  const scale = typeof given === "number" ? given : 1 / Math.sqrt(features);
  const scaled = nodes.add("Mul", [query.value, context.constant(Tensor.scalar(scale, dtype), "scale")]);
  const raw = nodes.add("MatMul", [scaled, nodes.transpose(key.value, [0, 1, 3, 2])]);
  const sizes = [query.shape[2] ?? 0, key.shape[2] ?? 0] as const;
  const scores = masked(raw, mask, sizes, node, nodes);
  const weights = scores === raw ? softmax(raw, nodes) : softmaxOfKept(scores, dtype, nodes);
  let result = nodes.add("MatMul", [weights, value.value]);
  if (context.typeOf(q).shape.length === 3) {
    const [batch = 0, , time = 0] = query.shape;
    const width = heads * (value.shape[3] ?? 0);
    result = nodes.reshape(nodes.transpose(result, [0, 2, 1, 3]), [batch, time, width]);
  }
  return nodes.ending(result, node);
}

function refuseTheRest({ inputs, outputs, attributes }: PlainNode): void {
  const bounded = (name: string): boolean => Number(attributes[name]?.value ?? -1) >= 0;
  const refused = [
    [inputs.slice(4).some((name) => name !== ""), "inputs of a cache or of lengths"],
    [outputs.slice(1).some((name) => name !== ""), "outputs besides the first"],
    [(attributes.softcap?.value ?? 0) !== 0, "softcap"],
    [bounded("left_window_size") || bounded("right_window_size"), "a window"],
  ] as const;
  for (const [has, what] of refused) if (has) throw new ImagoError(`Attention with ${what} is not supported`);
}

/** The input with its heads as an axis of their own. */
function headsOf(input: string, attribute: string, node: PlainNode, nodes: NodeList): Heads {
  const { shape } = nodes.context.typeOf(input);
  if (shape.length === 4) return { value: input, shape };
  const heads = Number(node.attributes[attribute]?.value ?? 0);
  const [batch = 0, time = 0, width = 0] = shape;
  if (shape.length !== 3 || heads < 1 || width % heads !== 0) {
    throw new ImagoError(
      `expected [batch, heads, time, features], or three axes and ${attribute} that divides the last`,
    );
  }
  const features = width / heads;
  const split = nodes.reshape(input, [batch, time, heads, features]);
  return { value: nodes.transpose(split, [0, 2, 1, 3]), shape: [batch, heads, time, features] };
}

/** Every head as often as heads of the query share it. */
function repeated({ value, shape }: Heads, heads: number, nodes: NodeList): Heads {
  const [batch = 0, own = 0, time = 0, features = 0] = shape;
  if (own === heads) return { value, shape };
  if (own < 1 || heads % own !== 0) {
    throw new ImagoError(`${heads} heads of the query cannot share ${own} of key and value`);
  }
  const apart = nodes.reshape(value, [batch, own, 1, time, features]);
  const target = nodes.context.constant(int64Vector([batch, own, heads / own, time, features]), "shape");
  const all = [batch, heads, time, features];
  return { value: nodes.reshape(nodes.add("Expand", [apart, target]), all), shape: all };
}

const softmax = (scores: string, nodes: NodeList): string =>
  nodes.add("Softmax", [scores], { axis: int(-1) });

/**
 * The softmax over scores that are not −∞, and 0 elsewhere: in all of a row that keeps none, whose gradient is then 0 and not NaN, as a
 * padded sequence under a causal mask has it.
 */
function softmaxOfKept(scores: string, dtype: DType, nodes: NodeList): string {
  const lowest = dtype === "float64" ? -Number.MAX_VALUE : -3.4028234663852886e38;
  const bound = nodes.context.constant(Tensor.scalar(lowest, dtype), "lowest");
  const none = nodes.context.constant(Tensor.scalar(0, dtype), "none");
  const weights = softmax(nodes.add("Max", [scores, bound]), nodes);
  return nodes.add("Where", [nodes.add("Greater", [scores, bound]), weights, none]);
}

function masked(
  scores: string,
  mask: string,
  [queries, keys]: readonly [number, number],
  node: PlainNode,
  nodes: NodeList,
): string {
  const { context } = nodes;
  const { dtype } = context.typeOf(node.inputs[0] ?? "");
  const without = (kept: string, values: string): string =>
    nodes.add("Where", [
      kept,
      values,
      context.constant(Tensor.scalar(Number.NEGATIVE_INFINITY, dtype), "out"),
    ]);
  let result = scores;
  if (mask !== "") {
    const boolean = context.typeOf(mask).dtype === "bool";
    result = boolean ? without(mask, scores) : nodes.add("Add", [scores, mask]);
  }
  if (Number(node.attributes.is_causal?.value ?? 0) === 0) return result;
  const shape = [queries, keys];
  const past = Uint8Array.from({ length: sizeOf(shape) }, (_, i) =>
    i % keys <= Math.floor(i / keys) ? 1 : 0,
  );
  return without(context.constant(new Tensor("bool", shape, past), "causal"), result);
}
