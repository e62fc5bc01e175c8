import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dreamImage } from "../src/dream.js";
import { preprocessing } from "../src/images.js";
import { nodeRuntime, Tensor } from "../src/index.js";
import { onnxImageNetwork } from "../src/models.js";
import { exportOnnx, OnnxModel, readSafetensors } from "../src/onnx.js";
import { givenData } from "../src/testing/givenData.js";
import { setTorchWeights, squeezeNet } from "./squeezenet.js";

/** A folder with squeezenet_v1.0.safetensors and squeezenet_ref.safetensors, see docs/dream.md. */
const { path: folder, here } = givenData("squeezenet");
const why = "no weights here; IMAGO_DATA names the folder that has them";

function tensorsOf(file: string): Readonly<Record<string, Tensor>> {
  const bytes = new Uint8Array(readFileSync(join(folder, file)));
  return readSafetensors(bytes, { name: file }).tensors;
}

const layers = ["conv1", "fire2", "fire3", "fire4", "fire5", "fire6", "fire7", "fire8", "fire9"];

describe("squeezeNet", () => {
  it("has the shapes and parameters of the paper", () => {
    const network = squeezeNet();
    const count = network.variables.reduce((sum, { variable }) => sum + variable.value.size, 0);
    expect(count).toBe(1_248_424);
    const shapes = Object.fromEntries(network.outputs.map(({ name, tensor }) => [name, tensor.shape]));
    expect(shapes).toMatchObject({ conv1: [null, 96, 111, 111], fire4: [null, 256, 55, 55] });
    expect(shapes).toMatchObject({ fire8: [null, 512, 27, 27], logits: [null, 1000] });
  });

  it("says which weights are missing", () => {
    expect(() => setTorchWeights(squeezeNet(), {})).toThrow('there is no tensor "conv1.weight"');
  });
});

describe.skipIf(!here)(`squeezeNet with trained weights${here ? "" : ` (skipped: ${why})`}`, () => {
  const way = preprocessing("caffe");
  const load = () => {
    const network = squeezeNet();
    setTorchWeights(network, tensorsOf("squeezenet_v1.0.safetensors"));
    return network;
  };

  it("computes what PyTorch does, and again from its .onnx file", async () => {
    const network = load();
    const reference = tensorsOf("squeezenet_ref.safetensors");
    const images = way.toNetwork(reference.crops_rgb_u8 as Tensor);
    const results: Record<string, Tensor> = await network.predict({ image: images });
    const logits = results.logits as Tensor;
    expectNear(logits, reference.logits as Tensor);
    for (const layer of layers) {
      const activation = results[layer] as Tensor;
      const size = activation.size / 8;
      for (let image = 0; image < 8; image++) {
        let [sum, squares] = [0, 0];
        for (let at = image * size; at < (image + 1) * size; at++) {
          sum += Number(activation.data[at]);
          squares += Number(activation.data[at]) ** 2;
        }
        expect(sum / size / Number(reference[`mean.${layer}`]?.data[image])).toBeCloseTo(1, 4);
        expect(squares / Number(reference[`sumsq.${layer}`]?.data[image])).toBeCloseTo(1, 4);
      }
    }
    const { graph } = new OnnxModel(exportOnnx(network)).read({ dimensions: { batch: 8 } });
    const runtime = nodeRuntime();
    const program = await runtime.compile(graph);
    const again = await program.run({ image: images });
    expectNear(again.logits as Tensor, logits);
    await program.dispose();
    await network.dispose();
  });

  it("dreams by its layers' names", async () => {
    const network = onnxImageNetwork(exportOnnx(load(), { batchSize: 1 }), way);
    const crops = tensorsOf("squeezenet_ref.safetensors").crops_rgb_u8 as Tensor;
    const image = new Tensor("uint8", [227, 227, 3], (crops.data as Uint8Array).slice(0, 227 * 227 * 3));
    const options = { octaves: 1, steps: 2, jitter: 0 };
    for (const layers of [[{ name: "fire8" }], [{ name: "logits", channel: 207 }]]) {
      const result = await dreamImage(network, image, { ...options, layers });
      expect(result.data.every(Number.isFinite)).toBe(true);
    }
  });
});

function expectNear(actual: Tensor, expected: Tensor): void {
  expect(actual.shape).toEqual(expected.shape);
  let apart = 0;
  let largest = 0;
  for (let at = 0; at < expected.size; at++) {
    largest = Math.max(largest, Math.abs(Number(expected.data[at])));
    apart = Math.max(apart, Math.abs(Number(actual.data[at]) - Number(expected.data[at])));
  }
  expect(apart / largest).toBeLessThan(1e-4);
}
