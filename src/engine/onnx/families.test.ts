import { readFileSync } from "node:fs";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { readSafetensors } from "../formats/safetensors.js";
import { verify } from "../graph/verify.js";
import { type Tensor, tensor, toNumbers } from "../tensor/tensor.js";
import { testRuntime } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { readModel } from "./read/read.js";
import { addGradients } from "./splice/gradientModel.js";

interface FamilyFile {
  readonly name: string;
  readonly family: string;
  readonly opset: number;
  readonly dimensions: Record<string, number>;
  /** Initialisers by the names under which their gradients are stored. */
  readonly weights: Record<string, string>;
}

const stored = (name: string): Buffer =>
  readFileSync(new URL(`../../../goldens/families/${name}`, import.meta.url));
const { cases } = JSON.parse(stored("families.json").toString()) as { cases: FamilyFile[] };

/** What PyTorch computes for a family, and the images, by name. */
function golden(family: string): (name: string) => Tensor {
  const name = `${family}.safetensors`;
  const { tensors } = readSafetensors(stored(name), { name });
  return (key) => {
    const found = tensors[key];
    if (found === undefined) throw new Error(`${name} has no "${key}"`);
    return found;
  };
}

/** Images as the networks are fed: bytes around zero. */
function fed(image: Tensor): Tensor {
  const values = Array.from(toNumbers(image), (byte) => byte / 64 - 2);
  return tensor(values, { shape: image.shape });
}

const largest = (values: Tensor): number => Math.max(...Array.from(toNumbers(values), Math.abs));

/** Within this share of the gradient's largest element. */
const gradientTolerance = 5e-5;

/** Plain ONNX Runtime, which knows nothing of Imago. */
async function plainly(bytes: Uint8Array, x: Tensor): Promise<Record<string, Tensor>> {
  const session = await InferenceSession.create(bytes, {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    extra: { session: { strict_shape_type_inference: "1" } },
  });
  const feed = new OrtTensor("float32", Float32Array.from(toNumbers(x)), x.shape);
  const results = await session.run({ x: feed });
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data, dims }]) => [
      name,
      tensor(Array.from(data as Float32Array), { shape: dims }),
    ]),
  );
}

describe.each(cases)("$name", ({ name, family, opset, dimensions, weights }) => {
  const bytes = stored(`${name}.onnx`);
  const expected = golden(family);
  const x = fed(expected("image"));

  it("loads and computes what PyTorch does", async () => {
    const model = readModel(bytes, { name, dimensions });
    expect(model.opset).toBe(opset);
    verify(model.graph, "reading");
    const program = await testRuntime().compile(model.graph, { lower: false });
    const { y } = await program.run({ x });
    await program.dispose();
    expectClose(y as Tensor, expected("y"), { relative: 1e-4, absolute: 1e-5 });
  });

  it("has PyTorch's gradients in plain ONNX Runtime", async () => {
    const wrt = ["x", ...Object.keys(weights)];
    expect(wrt.length).toBeGreaterThan(10);
    const results = await plainly(addGradients(bytes, { name, of: "score", wrt, dimensions }), x);
    expectClose(results.y as Tensor, expected("y"), { relative: 1e-4, absolute: 1e-5 });
    for (const value of wrt) {
      const gradient = expected(`gradient:${weights[value] ?? "x"}`);
      const absolute = gradientTolerance * largest(gradient);
      expectClose(results[`${value}_grad`] as Tensor, gradient, { relative: 0, absolute });
    }
  });
});
