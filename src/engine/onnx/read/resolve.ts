import { ImagoError } from "../../errors.js";
import { Attributes } from "../../graph/attributes.js";
import { int64Vector } from "../../ops/define/define.js";
import { isFloat } from "../../tensor/dtype.js";
import { sizeOf } from "../../tensor/shape.js";
import { Tensor } from "../../tensor/tensor.js";
import type { PlainNode } from "../proto/plainNode.js";
import type { Entry } from "./entry.js";
import { evaluateConstant } from "./evaluateConstant.js";

/**
 * What a node of the standard domain gives where reading it needs no operator: a Constant's elements, the
 * shape of a value, the input of an Identity without a name (as `writeModel` writes where one value has
 * two names), and, if `fold`, what {@link evaluateConstant} computes. `undefined` for every other node.
 *
 * Floating-point initialisers are not computed with: they are what a user trains.
 */
export function resolve(
  node: PlainNode,
  inputs: readonly (Entry | undefined)[],
  fold: boolean,
): Tensor | Entry | undefined {
  const [x] = inputs;
  if (node.type === "Constant") return constantOf(node);
  if (x === undefined) return undefined;
  if (node.type === "Shape") return shapeOf(x, node);
  if (node.type === "Size") return int64Vector([sizeOf(x.type.shape)]).reshape([]);
  if (node.type === "Identity" && node.name === "") return x;
  const foldable = inputs.every(
    (input) =>
      input === undefined || (input.known !== undefined && (input.folded || !isFloat(input.type.dtype))),
  );
  if (!fold || !foldable) return undefined;
  return evaluateConstant(
    node.type,
    inputs.map((input) => input?.known),
    new Attributes(node.attributes),
  );
}

function shapeOf(x: Entry, { attributes: record }: PlainNode): Tensor {
  const attributes = new Attributes(record);
  const { shape } = x.type;
  return int64Vector(shape.slice(attributes.int("start", 0), attributes.int("end", shape.length)));
}

function constantOf({ attributes }: PlainNode): Tensor {
  for (const [name, attribute] of Object.entries(attributes)) {
    if (attribute.kind === "tensor" && name === "value") return attribute.value;
    if (attribute.kind === "float" && name === "value_float")
      return Tensor.scalar(attribute.value, "float32");
    if (attribute.kind === "int" && name === "value_int") return int64Vector([attribute.value]).reshape([]);
    if (attribute.kind === "ints" && name === "value_ints") return int64Vector(attribute.value);
    if (attribute.kind === "floats" && name === "value_floats") {
      return new Tensor("float32", [attribute.value.length], Float32Array.from(attribute.value));
    }
  }
  throw new ImagoError("expected a value of numbers; texts and sparse tensors are not supported");
}
