import { expect, it } from "vitest";
import { gradients } from "../../autodiff/gradients.js";
import type { Value } from "../../graph/graph.js";
import { conv } from "../../ops/conv/conv.js";
import { elementTypeOf } from "../../ops/define/elementType.js";
import { groupNormalization } from "../../ops/groupNormalization.js";
import { lrn } from "../../ops/lrn.js";
import { maxPool } from "../../ops/pool/maxPool.js";
import { resize } from "../../ops/resize.js";
import { Tensor, tensor } from "../../tensor/tensor.js";
import { buildGraph, evaluate, testRuntime } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import { varied } from "../../testing/varied.js";
import type { ProtoRecord } from "../proto/encode.js";
import { attributeTypes } from "../proto/schema.js";
import { foreign, info, node } from "../testing/foreign.js";
import { writeModel } from "../write/write.js";
import { readModel } from "./read.js";

const image = varied([1, 4, 5, 6]).cast("float32");
const shape = [1, 4, 5, 6];

const initializer = (name: string, value: Tensor): ProtoRecord => ({
  name,
  dims: value.shape,
  dataType: elementTypeOf(value.dtype),
  rawData: value.bytes,
});

/** Value and gradient of a model that somebody else wrote, with input x and output y, against `build`. */
async function same(bytes: Uint8Array, build: (x: Value) => Value): Promise<void> {
  const { graph } = readModel(bytes);
  const x = graph.inputs[0] as Value;
  graph.output("dx", gradients(graph.outputs[0]?.value as Value, [x])[0]);
  const program = await testRuntime().compile(graph, { lower: false });
  const { y, dx } = await program.run({ x: image });
  await program.dispose();
  const [wanted, slope] = await evaluate((value) => {
    const result = build(value);
    return [result, gradients(result, [value])[0]];
  }, image);
  expectClose(y as Tensor, wanted as Tensor);
  expectClose(dx as Tensor, slope as Tensor);
}

const text = (name: string, value: string): ProtoRecord => ({
  name,
  s: new TextEncoder().encode(value),
  type: attributeTypes.string,
});
const whole = (name: string, value: number | number[]): ProtoRecord =>
  typeof value === "number"
    ? { name, i: value, type: attributeTypes.int }
    : { name, ints: value, type: attributeTypes.ints };

const one = (opset: number, nodes: ProtoRecord[], constants: Record<string, Tensor> = {}): Uint8Array =>
  foreign({
    opset,
    nodes,
    initializer: Object.entries(constants).map(([name, value]) => initializer(name, value)),
    input: [info("x", shape)],
    output: [info("y")],
  });

it("reads Upsample, and Resize before opset 11", async () => {
  const scales = tensor([1, 1, 2, 1.5]);
  const build = (mode: "nearest" | "linear") => (x: Value) =>
    resize(x, {
      scales: [1, 1, 2, 1.5],
      mode,
      coordinateTransformationMode: "asymmetric",
      nearestMode: "floor",
    });
  for (const mode of ["nearest", "linear"] as const) {
    const attributes = [text("mode", mode)];
    await same(one(9, [node("Upsample", ["x", "s"], ["y"], attributes)], { s: scales }), build(mode));
    await same(one(10, [node("Resize", ["x", "s"], ["y"], attributes)], { s: scales }), build(mode));
    const floats = { name: "scales", floats: [1, 1, 2, 1.5], type: attributeTypes.floats };
    await same(one(7, [node("Upsample", ["x"], ["y"], [...attributes, floats])]), build(mode));
  }
});

it("reads Resize of opset 11 with empty inputs for what is left out", async () => {
  const constants = { none: Tensor.zeros([0]), sizes: tensor([1, 4, 7, 3], { dtype: "int64" }) };
  const resized = node("Resize", ["x", "none", "none", "sizes"], ["y"], [text("mode", "linear")]);
  await same(one(11, [resized], constants), (x) => resize(x, { sizes: [1, 4, 7, 3], mode: "linear" }));
});

it("reads a convolution with automatic pads and dilations", async () => {
  const w = varied([2, 4, 2, 2]).cast("float32");
  const attributes = [text("auto_pad", "SAME_LOWER"), whole("dilations", [2, 3]), whole("strides", [1, 2])];
  await same(one(11, [node("Conv", ["x", "w"], ["y"], attributes)], { w }), (x) =>
    conv(x, w, undefined, { pads: [1, 1, 1, 1], dilations: [2, 3], strides: [1, 2] }),
  );
});

it("reads group normalisation with a scale for each group", async () => {
  const [scale, bias] = [tensor([1, 2]), tensor([0, -1])];
  const attributes = [whole("num_groups", 2)];
  const bytes = one(18, [node("GroupNormalization", ["x", "s", "b"], ["y"], attributes)], {
    s: scale,
    b: bias,
  });
  await same(bytes, (x) =>
    groupNormalization(x, tensor([1, 1, 2, 2]), tensor([0, 0, -1, -1]), { numGroups: 2 }),
  );
});

it("reads dropout as it is at inference, with a mask that old exporters name", async () => {
  for (const outputs of [["h"], ["h", "mask"]]) {
    const nodes = [node("Dropout", ["x"], outputs), node("LRN", ["h"], ["y"], [whole("size", 3)])];
    await same(one(9, nodes), (x) => lrn(x, { size: 3 }));
  }
});

it("writes and reads pooling without its optional indices", () => {
  const { graph } = buildGraph((x) => maxPool(x, { kernelShape: [3, 3], strides: [2, 2] }), [image]);
  const bytes = writeModel(graph);
  expect(Buffer.from(writeModel(readModel(bytes).graph)).equals(Buffer.from(bytes))).toBe(true);
});
