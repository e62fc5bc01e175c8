import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { type Tensor, tensor, toNumbers } from "../../tensor/tensor.js";
import { testRuntime } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import { varied } from "../../testing/varied.js";
import type { ProtoRecord } from "../proto/encode.js";
import { attributeTypes } from "../proto/schema.js";
import { readModel } from "../read/read.js";
import { addGradients } from "../splice/gradientModel.js";
import { foreign, info, node } from "../testing/foreign.js";

interface Case {
  readonly shapes: Readonly<Record<"q" | "k" | "v", number[]>>;
  readonly mask?: Tensor;
  readonly attributes?: ProtoRecord[];
}

const whole = (name: string, i: number): ProtoRecord => ({ name, i, type: attributeTypes.int });
const real = (name: string, f: number): ProtoRecord => ({ name, f, type: attributeTypes.float });
const four = { q: [2, 4, 3, 5], k: [2, 4, 6, 5], v: [2, 4, 6, 2] };
const kept = tensor(
  Array.from({ length: 18 }, (_, i) => (i % 4 === 1 ? 0 : 1)),
  { shape: [3, 6], dtype: "bool" },
);

/** The second query keeps no key. */
const emptied = tensor(
  Array.from({ length: 18 }, (_, i) => (Math.floor(i / 6) === 1 ? 0 : 1)),
  { shape: [3, 6], dtype: "bool" },
);

const cases: Record<string, Case> = {
  "four axes": { shapes: four },
  "a scale": { shapes: four, attributes: [real("scale", 0.3)] },
  "a mask to add": { shapes: four, mask: varied([2, 1, 3, 6]).cast("float32") },
  "a mask of what is kept": { shapes: four, mask: kept },
  "a mask that empties a row": { shapes: four, mask: emptied },
  "a mask to add that empties a row": {
    shapes: four,
    mask: tensor(
      Array.from({ length: 18 }, (_, i) => (Math.floor(i / 6) === 1 ? Number.NEGATIVE_INFINITY : i / 9)),
      { shape: [3, 6] },
    ),
  },
  "padding in front under causality": {
    shapes: { ...four, k: [2, 4, 3, 5], v: [2, 4, 3, 2] },
    mask: tensor([0, 1, 1, 0, 1, 1, 0, 1, 1], { shape: [3, 3], dtype: "bool" }),
    attributes: [whole("is_causal", 1)],
  },
  causality: { shapes: four, attributes: [whole("is_causal", 1)] },
  "shared keys": { shapes: { ...four, k: [2, 2, 6, 5], v: [2, 2, 6, 2] } },
  "three axes": {
    shapes: { q: [2, 3, 20], k: [2, 6, 10], v: [2, 6, 4] },
    attributes: [whole("q_num_heads", 4), whole("kv_num_heads", 2)],
  },
};

function model({ shapes, mask, attributes = [] }: Case, outputs = ["y"], more: string[] = []): Uint8Array {
  const inputs = ["q", "k", "v", ...(mask === undefined ? [] : ["mask"]), ...more];
  const input = Object.entries(shapes).map(([name, shape]) => info(name, shape));
  if (mask !== undefined) input.push(info("mask", [...mask.shape], mask.dtype === "bool" ? 9 : 1));
  const nodes = [node("Attention", inputs, outputs, attributes, { name: "attend" })];
  return foreign({ opset: 23, nodes, input, output: [info("y")], model: { irVersion: 10 } });
}

/** ONNX Runtime's own Attention. */
async function reference(bytes: Uint8Array, feeds: Record<string, Tensor>): Promise<Tensor> {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3, intraOpNumThreads: 1 });
  const fed = Object.entries(feeds).map(([name, { dtype, shape, data }]) => [
    name,
    dtype === "bool"
      ? new OrtTensor("bool", Uint8Array.from(data as Uint8Array), shape)
      : new OrtTensor("float32", Float32Array.from(data as Float32Array), shape),
  ]);
  const { y } = await session.run(Object.fromEntries(fed));
  await session.release();
  return tensor(Array.from(y?.data as Float32Array), { shape: [...(y?.dims ?? [])] });
}

function feedsOf({ shapes, mask }: Case): Record<string, Tensor> {
  const drawn = Object.entries(shapes).map(([name, shape], seed) => {
    const values = Array.from(toNumbers(varied(shape)), (one, i) => one + Math.sin(i * (seed + 1)));
    return [name, tensor(values, { shape })];
  });
  return { ...Object.fromEntries(drawn), ...(mask === undefined ? {} : { mask }) };
}

describe("Attention", () => {
  it.each(Object.entries(cases))("computes what ONNX Runtime's does: %s", async (_, one) => {
    const feeds = feedsOf(one);
    const program = await testRuntime().compile(readModel(model(one)).graph, { lower: false });
    const { y } = await program.run(feeds);
    await program.dispose();
    expectClose(y as Tensor, await reference(model(one), feeds), { relative: 2e-5, absolute: 1e-6 });
  });

  it("has gradients", () => {
    const bytes = addGradients(model(cases["three axes"] as Case), { of: "y", wrt: ["q", "k", "v"] });
    expect(readModel(bytes).graph.outputs.map(({ name }) => name)).toEqual([
      "y",
      "q_grad",
      "k_grad",
      "v_grad",
    ]);
  });

  it.each([
    "a mask that empties a row",
    "a mask to add that empties a row",
    "padding in front under causality",
  ])("has finite gradients: %s", async (name) => {
    const one = cases[name] as Case;
    const bytes = addGradients(model(one), { of: "y", wrt: ["q", "k", "v"] });
    const program = await testRuntime().compile(readModel(bytes).graph, { lower: false });
    const found = await program.run(feedsOf(one));
    await program.dispose();
    for (const wrt of ["q", "k", "v"]) {
      const numbers = Array.from(toNumbers(found[`${wrt}_grad`] as Tensor));
      expect(numbers.every(Number.isFinite), wrt).toBe(true);
      expect(
        numbers.some((each) => each !== 0),
        wrt,
      ).toBe(true);
    }
  });

  it("is refused with what is not supported", () => {
    const refused = (one: Case, ...more: [string[]?, string[]?]) =>
      expect(() => readModel(model(one, ...more)));
    refused({ shapes: four, attributes: [real("softcap", 2)] }).toThrow(
      'Attention "attend": Attention with softcap is not supported',
    );
    const window = { name: "left_window_size", i: 2, type: attributeTypes.int };
    refused({ shapes: four, attributes: [window] }).toThrow("Attention with a window is not supported");
    refused({ shapes: four }, ["y", "present"]).toThrow("outputs besides the first");
    refused({ shapes: four }, ["y"], ["", "k", "v"]).toThrow("inputs of a cache or of lengths");
    refused({ shapes: { q: [2, 3, 20], k: [2, 6, 10], v: [2, 6, 4] } }).toThrow(
      "three axes and q_num_heads that divides the last",
    );
    refused({ shapes: { ...four, k: [2, 3, 6, 5], v: [2, 3, 6, 2] } }).toThrow(
      "4 heads of the query cannot share 3 of key and value",
    );
  });
});
