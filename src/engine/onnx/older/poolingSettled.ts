import { Attributes } from "../../graph/attributes.js";
import { spatialAxes } from "../../ops/conv/window.js";
import { int64Vector } from "../../ops/define/define.js";
import { cutIndices, cuts, settlePooling } from "../../ops/pool/settlePooling.js";
import type { NormalizeContext, PlainNode } from "../proto/plainNode.js";

/** A pooling that shape inference and kernels understand alike. */
export function poolingSettled(node: PlainNode, context: NormalizeContext): readonly PlainNode[] {
  const { ceil_mode: ceil, auto_pad: auto } = node.attributes;
  if (ceil === undefined && auto === undefined) return [node];
  const [x = ""] = node.inputs;
  const { shape } = context.typeOf(x);
  const settled = settlePooling(shape, new Attributes(node.attributes));
  const { attributes, kept } = settled;
  const pooling = { ...node, attributes: Object.fromEntries(attributes) };
  if (!cuts(shape, settled)) return [pooling];
  if ((node.outputs[1] ?? "") !== "") throw cutIndices("output 1");
  const lists = [kept.map(() => 0), kept, spatialAxes(shape.length)];
  const image = context.fresh("image");
  const inputs = [
    x,
    ...lists.map((list, at) => context.constant(int64Vector(list), ["starts", "ends", "axes"][at] ?? "")),
  ];
  const slice = { ...node, type: "Slice", name: "", inputs, outputs: [image], attributes: {} };
  return [slice, { ...pooling, inputs: [image] }];
}
