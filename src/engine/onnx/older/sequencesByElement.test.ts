import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../tensor/tensor.js";
import { testRuntime } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import type { ProtoRecord } from "../proto/encode.js";
import { attributeTypes } from "../proto/schema.js";
import { readModel } from "../read/read.js";
import { foreign, info, node } from "../testing/foreign.js";
import { writeModel } from "../write/write.js";

const whole = (name: string, i: number): ProtoRecord => ({ name, i, type: attributeTypes.int });

/** y of a model with the constants `index` and `sizes`, for x = [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]. */
async function computed(
  nodes: ProtoRecord[],
  index: number,
  sizes = tensor(2, { dtype: "int64" }),
): Promise<Tensor> {
  const whole64 = (name: string, { shape, data }: Tensor): ProtoRecord => ({
    name,
    dims: [...shape],
    dataType: 7,
    int64Data: Array.from(data, Number),
  });
  const initializer = [whole64("index", tensor(index, { dtype: "int64" })), whole64("sizes", sizes)];
  const bytes = foreign({ nodes, initializer, input: [info("x", [2, 5])], output: [info("y")] });
  const program = await testRuntime().compile(readModel(bytes).graph, { lower: false });
  const values = Array.from({ length: 10 }, (_, i) => i + 1);
  const { y } = await program.run({ x: tensor(values, { shape: [2, 5] }) });
  await program.dispose();
  return y as Tensor;
}

const at = node("SequenceAt", ["s", "index"], ["y"]);
const split = (inputs: string[], ...more: ProtoRecord[]): ProtoRecord =>
  node("SplitToSequence", inputs, ["s"], [whole("axis", 1), ...more]);

describe("sequences", () => {
  it("are split into parts of one size, the last smaller, counted from either end", async () => {
    expectClose(await computed([split(["x", "sizes"]), at], 1), [
      [3, 4],
      [8, 9],
    ]);
    expectClose(await computed([split(["x", "sizes"]), at], -1), [[5], [10]]);
  });

  it("are split into given sizes, and into slices with or without their axis", async () => {
    const sizes = tensor([1, 4], { dtype: "int64" });
    expectClose(await computed([split(["x", "sizes"]), at], 1, sizes), [
      [2, 3, 4, 5],
      [7, 8, 9, 10],
    ]);
    expectClose(await computed([split(["x"]), at], 2), [[3], [8]]);
    expectClose(await computed([split(["x"], whole("keepdims", 0)), at], -5), [1, 6]);
  });

  it("are made of values", async () => {
    const nodes = [node("Neg", ["x"], ["n"]), node("SequenceConstruct", ["x", "n"], ["s"]), at];
    const y = await computed(nodes, -1);
    expect(y.data[9]).toBe(-10);
  });

  it("have no element beyond their end, nor at an index that is computed", async () => {
    await expect(computed([split(["x", "sizes"]), at], 3)).rejects.toThrow(
      'SequenceAt "y": there is no element 3 in the sequence "s"',
    );
    const computedIndex = [
      node("ArgMax", ["x"], ["i"], [whole("axis", 1)]),
      split(["x"]),
      node("SequenceAt", ["s", "i"], ["y"]),
    ];
    await expect(computed(computedIndex, 0)).rejects.toThrow("an index that is no constant is not supported");
  });

  it.each<[string, ProtoRecord[], readonly string[]]>([
    ["of a sequence that is split", [split(["x", "sizes"]), at], ["y"]],
    ["without their axis", [split(["x"], whole("keepdims", 0)), at], ["y"]],
    [
      "of a sequence that is made",
      [node("Neg", ["x"], ["n"]), node("SequenceConstruct", ["n", "x"], ["s"]), at],
      ["n", "y"],
    ],
    ["of an older Softmax", [node("Softmax", ["x"], ["y"], [whole("axis", 0)])], ["y"]],
  ])("show no names but the file's: %s", (_, nodes, names) => {
    const constant = (name: string, value: number): ProtoRecord => ({
      ...{ name, dims: [], dataType: 7, int64Data: [value] },
    });
    const bytes = foreign({
      ...{ nodes, input: [info("x", [2, 5])], output: [info("y")] },
      initializer: [constant("index", 0), constant("sizes", 2)],
      opset: 11,
    });
    const { graph, values } = readModel(bytes);
    const computed = [...values].filter(([, { producer }]) => producer !== undefined).map(([name]) => name);
    expect(computed).toEqual(names);
    const written = graph.nodes.flatMap(({ name, outputs }) => [name, ...outputs.map((value) => value.name)]);
    expect(written.filter((name) => name.includes("\0"))).toEqual([]);
    expect(readModel(writeModel(graph)).values.size).toBeGreaterThan(0);
  });
});
