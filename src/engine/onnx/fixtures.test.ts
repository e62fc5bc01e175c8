import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Graph } from "../graph/graph.js";
import { verify } from "../graph/verify.js";
import { operatorFor } from "../ops/table.js";
import type { Tensors } from "../runtime/runtime.js";
import { type DType, isBig } from "../tensor/dtype.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { testRuntime } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { readModel } from "./read/read.js";
import { addGradients } from "./splice/gradientModel.js";
import { fixtureOperator, fixtures } from "./testing/fixtures.js";
import { writeModel } from "./write/write.js";

const golden = (name: string): Buffer =>
  readFileSync(new URL(`../../../goldens/onnx/${name}`, import.meta.url));

interface Verdicts {
  readonly files: Record<string, { sha256: string; checker: string; shapeInference: string }>;
}

describe("what Imago writes", () => {
  const { files } = JSON.parse(golden("verdicts.json").toString()) as Verdicts;

  it.each(Object.entries(fixtures()))("passes ONNX's own checker: %s", (name, bytes) => {
    const digest = createHash("sha256").update(bytes).digest("hex");
    const changed = "the bytes are new; run scripts/write-fixtures.ts and goldens/onnx/make.py";
    expect(digest, changed).toBe(files[name]?.sha256);
    expect(files[name]).toMatchObject({ checker: "ok", shapeInference: "ok" });
  });

  it.each(Object.entries(fixtures()))("is read and written again as the same bytes: %s", (name, bytes) => {
    const { graph, metadata, openDimensions } = readModel(bytes, {
      dimensions: name === "openBatch" ? { batch: 1 } : {},
      operatorFor: (domain, type) => fixtureOperator(domain, type) ?? operatorFor(domain, type),
    });
    verify(graph, "reading");
    const again = writeModel(graph, { metadata, openDimensions });
    expect(Buffer.from(again).equals(bytes)).toBe(true);
  });
});

interface StoredTensor {
  readonly dtype: DType;
  readonly shape: number[];
  readonly data: (number | boolean | string)[];
}
interface ForeignCase {
  readonly name: string;
  readonly dimensions: Record<string, number>;
  readonly feeds: Record<string, StoredTensor>;
  readonly outputs: Record<string, StoredTensor>;
  /** Of the sum of the output y. */
  readonly gradients?: Record<string, StoredTensor>;
}

/** 64-bit integers are stored as texts. */
function restored({ dtype, shape, data }: StoredTensor): Tensor {
  if (dtype === "int64")
    return new Tensor(
      dtype,
      shape,
      BigInt64Array.from(data, (one) => BigInt(one)),
    );
  if (dtype === "uint64")
    return new Tensor(
      dtype,
      shape,
      BigUint64Array.from(data, (one) => BigInt(one)),
    );
  return tensor(data.map(Number), { shape, dtype });
}

describe("files of other programs", () => {
  const { cases } = JSON.parse(golden("foreign.json").toString()) as { cases: ForeignCase[] };

  const compute = async (graph: Graph, stored: ForeignCase["feeds"]): Promise<Tensors> => {
    const program = await testRuntime().compile(graph, { lower: false });
    const feeds = Object.entries(stored).map(([key, value]) => [key, restored(value)]);
    const results = await program.run(Object.fromEntries(feeds));
    await program.dispose();
    return results;
  };

  it.each(cases.map((one) => [one.name, one] as const))("compute what they say: %s", async (name, one) => {
    const { graph } = readModel(golden(`foreign/${name}.onnx`), { name, dimensions: one.dimensions });
    verify(graph, "reading");
    const results = await compute(graph, one.feeds);
    expect(Object.keys(results)).toEqual(Object.keys(one.outputs));
    for (const [key, stored] of Object.entries(one.outputs)) {
      const [result, expected] = [results[key] as Tensor, restored(stored)];
      expect(result.dtype).toBe(expected.dtype);
      if (isBig(expected.dtype)) expect(result).toEqual(expected);
      else expectClose(result, expected, { relative: 2e-5, absolute: 1e-6 });
    }
  });

  const trained = cases.filter(({ gradients }) => gradients !== undefined);
  it.each(trained.map((one) => [one.name, one] as const))(
    "have the gradients that PyTorch gives: %s",
    async (name, { dimensions, feeds, gradients = {} }) => {
      const wrt = Object.keys(gradients);
      const bytes = addGradients(golden(`foreign/${name}.onnx`), { of: "y", wrt, dimensions });
      const results = await compute(readModel(bytes).graph, feeds);
      for (const [key, expected] of Object.entries(gradients)) {
        expectClose(results[`${key}_grad`] as Tensor, restored(expected), { relative: 1e-4, absolute: 2e-6 });
      }
    },
  );
});
