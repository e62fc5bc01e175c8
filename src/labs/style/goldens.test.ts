import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { gradients } from "../../engine/autodiff/gradients.js";
import { Graph } from "../../engine/graph/graph.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import { evaluateOne, testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { goldenCases } from "../../engine/testing/goldenCases.js";
import { type GoldenTensor, goldenTensor } from "../../engine/testing/goldenTensor.js";
import { type ImageNetwork, onnxImageNetwork } from "../../vision/imageNetwork.js";
import type { Planes } from "../../vision/pixels.js";
import { preprocessing } from "../../vision/preprocessing.js";
import { gramMatrix } from "./gramMatrix.js";
import { type ObjectiveSettings, readLosses, type StyleLosses, styleObjective } from "./objective.js";
import { activationsOf, gramsOf } from "./targets.js";

interface LossCase {
  readonly name: string;
  readonly settings: ObjectiveSettings & { readonly styleWeights: readonly number[] };
  readonly image: GoldenTensor;
  readonly content: GoldenTensor;
  readonly styles: readonly GoldenTensor[];
  readonly losses: Omit<StyleLosses, "styleLayers">;
  readonly styleLayers: readonly number[];
  readonly gradient: GoldenTensor;
}

interface GramCase {
  readonly name: string;
  readonly activation: GoldenTensor;
  readonly gram: GoldenTensor;
}

const [golden, ...grams] = goldenCases<LossCase | GramCase>("style/style") as [LossCase, ...GramCase[]];

describe("as PyTorch", () => {
  it.each(grams)("Gram matrix: $name", async ({ activation, gram }) => {
    const found = await evaluateOne((x) => gramMatrix(x), goldenTensor(activation));
    expectClose(found, goldenTensor(gram), { relative: 1e-5, absolute: 1e-6 });
  });

  describe("loss of a picture", () => {
    let losses: StyleLosses;
    let gradient: Tensor;
    beforeAll(async () => {
      const bytes = readFileSync(new URL("../../../goldens/style/network.onnx", import.meta.url));
      const network = onnxImageNetwork(new Uint8Array(bytes), preprocessing("torchvision"));
      [losses, gradient] = await lossOf(network);
    });

    it("and its parts", () => {
      const { styleLayers, ...parts } = losses;
      for (const [name, expected] of Object.entries(golden.losses)) {
        expect(parts[name as keyof typeof parts] / expected, name).toBeCloseTo(1, 4);
      }
      expect(styleLayers).toEqual(
        golden.styleLayers.map((value) => expect.closeTo(value, 4 - Math.log10(value))),
      );
    });

    it("and its gradient", () => {
      const expected = goldenTensor(golden.gradient);
      const largest = Math.max(...Array.from(expected.data as Float32Array, Math.abs));
      expectClose(gradient, expected, { relative: 1e-4, absolute: 1e-5 * largest });
    });
  });
});

async function lossOf(network: ImageNetwork): Promise<[StyleLosses, Tensor]> {
  const { settings } = golden;
  const runtime = testRuntime();
  const common = { network, padding: settings.padding, runtime };
  const content = await activationsOf(goldenTensor(golden.content) as Planes, {
    ...common,
    layers: settings.contentLayers,
  });
  const styles = await Promise.all(
    golden.styles.map(async (style, index) => ({
      weight: settings.styleWeights[index] as number,
      grams: await gramsOf(goldenTensor(style) as Planes, { ...common, layers: settings.styleLayers }),
      weightsAt: () => undefined,
    })),
  );
  const graph = new Graph();
  const image = goldenTensor(golden.image);
  const pixels = graph.input("pixels", image);
  const { total, parts } = styleObjective(network, graph, pixels, { content, styles }, settings);
  graph.output("parts", parts);
  graph.output("gradient", gradients(total, [pixels])[0]);
  const program = await runtime.compile(graph);
  const results = await program.run({ pixels: image });
  await program.dispose();
  return [readLosses(results.parts as Tensor), results.gradient as Tensor];
}
