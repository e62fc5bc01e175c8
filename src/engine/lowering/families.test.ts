import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.js";
import type { Graph, Value } from "../graph/graph.js";
import { readModel } from "../onnx/read/read.js";
import { mul } from "../ops/mul.js";
import { reduceSum } from "../ops/reduceSum.js";
import { Generator } from "../random/generator.js";
import { sizeOf } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { testRuntime } from "../testing/evaluate.js";
import { lower } from "./lower.js";

interface FamilyFile {
  readonly name: string;
  readonly dimensions: Record<string, number>;
}

const stored = (name: string): Buffer =>
  readFileSync(new URL(`../../../goldens/families/${name}`, import.meta.url));
const { cases } = JSON.parse(stored("families.json").toString()) as {
  cases: readonly FamilyFile[];
};

const files = cases.map((file) => [file.name, file] as const);

async function gradientOf(graph: Graph, x: Tensor): Promise<Float32Array> {
  const program = await testRuntime().compile(graph, { lower: false });
  try {
    return (await program.run({ x })).gradient?.data as Float32Array;
  } finally {
    await program.dispose();
  }
}

it.each(files)("gives the image's gradient as before: %s", async (name, { dimensions }) => {
  const { graph } = readModel(stored(`${name}.onnx`), { dimensions });
  const [x] = graph.inputs as [Value];
  const scores = graph.outputs[0]?.value as Value;
  const [gradient] = gradients(reduceSum(mul(scores, scores)), [x]);
  graph.output("gradient", gradient);
  const image = new Tensor("float32", x.shape, new Generator(5).normals(sizeOf(x.shape)));
  const expected = await gradientOf(graph, image);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const channelBlocks of [false, true]) {
    const actual = await gradientOf(lower(graph, { channelBlocks }), image);
    const furthest = actual.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - (expected[at] as number))),
      0,
    );
    expect(furthest / largest).toBeLessThan(1e-5);
  }
});
