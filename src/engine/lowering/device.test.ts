import { beforeAll, describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.js";
import type { Graph, Value } from "../graph/graph.js";
import { printGraph } from "../graph/print.js";
import { add } from "../ops/add.js";
import { concat } from "../ops/concat.js";
import { conv } from "../ops/conv/conv.js";
import { matMul } from "../ops/matMul.js";
import { mul } from "../ops/mul.js";
import { maxPool } from "../ops/pool/maxPool.js";
import type { PoolOptions } from "../ops/pool/pool.js";
import { reduceMean } from "../ops/reduceMean.js";
import { relu } from "../ops/relu.js";
import { reshape } from "../ops/reshape.js";
import { transpose } from "../ops/transpose.js";
import { Generator } from "../random/generator.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { buildGraph, testRuntime } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { anyDevice, type Device } from "./device.js";
import { lower } from "./lower.js";
import { typesOf } from "./testing/checkRule.js";

const blocks: Device = { channelBlocks: true };

function normals(random: Generator, shape: Shape, deviation: number): Tensor<"float32"> {
  return new Tensor(
    "float32",
    shape,
    random.normals(sizeOf(shape)).map((value) => deviation * value),
  );
}

/** Convolution and rectifier, with random weights of He's initialisation. */
function layer(random: Generator, x: Value, out: number, kernel: number, stride = 1): Value {
  const inside = x.shape[1] as number;
  const shape = [out, inside, kernel, kernel];
  const weights = normals(random, shape, Math.sqrt(2 / (inside * kernel * kernel)));
  const pad = (kernel - 1) / 2;
  const options = { strides: [stride, stride], pads: [pad, pad, pad, pad] };
  return relu(conv(x, weights, normals(random, [out], 0.1), options));
}

/** ‖FᵀF‖² of an image's channels, as in style transfer. */
function gramLoss(x: Value): Value {
  const [, channels, rows, columns] = x.shape as [number, number, number, number];
  const flat = reshape(x, [channels, rows * columns]);
  const gram = mul(matMul(flat, transpose(flat)), 1 / (rows * columns));
  return reduceMean(mul(gram, gram));
}

const halving: PoolOptions = { kernelShape: [3, 3], strides: [2, 2], ceilMode: true };
const keeping: PoolOptions = { kernelShape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] };

/** SqueezeNet's module: a narrow layer, and two wide ones side by side. */
function fire(random: Generator, x: Value): Value {
  const squeezed = layer(random, x, 16, 1);
  return concat([layer(random, squeezed, 16, 1), layer(random, squeezed, 32, 3)], { axis: 1 });
}

/** A loss of layers as in SqueezeNet and GoogLeNet, and its gradient for the image. */
function network(image?: Value): Value[] {
  const random = new Generator(5);
  const first = layer(random, image as Value, 32, 7, 2);
  const fires = fire(random, fire(random, maxPool(first, halving)));
  const small = maxPool(fires, halving);
  const branches = [
    layer(random, small, 16, 1),
    layer(random, layer(random, small, 16, 1), 32, 3),
    layer(random, maxPool(small, keeping), 16, 1),
  ];
  const inception = concat(branches, { axis: 1 });
  const narrow = layer(random, inception, 16, 1);
  const losses = [reduceMean(mul(inception, inception)), gramLoss(fires), gramLoss(narrow)];
  const loss = losses.reduce((a, b) => add(a, b));
  return [loss, ...gradients(loss, [image as Value])];
}

describe("a network and its gradient for the image", () => {
  const image = normals(new Generator(6), [1, 3, 33, 33], 1);
  let graph: Graph;
  const count = (device: Device, type: string): number =>
    typesOf(lower(graph, device)).filter((one) => one === type).length;
  let expected: readonly [loss: Tensor, gradient: Tensor];

  async function results(compiled: Graph): Promise<readonly [Tensor, Tensor]> {
    const program = await testRuntime().compile(compiled, { lower: false });
    const { y0, y1 } = await program.run({ x0: image });
    await program.dispose();
    return [y0 as Tensor, y1 as Tensor];
  }

  beforeAll(async () => {
    graph = buildGraph(network, [image]).graph;
    expected = await results(graph);
  });

  it.each([
    ["with blocks of channels", blocks],
    ["on any device", anyDevice],
  ])("are as before: %s", async (_, device) => {
    const [loss, gradient] = await results(lower(graph, device));
    expectClose(loss, expected[0]);
    const data = expected[1].data as Float32Array;
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expectClose(gradient, expected[1], { relative: 1e-4, absolute: 1e-6 * largest });
  });

  it("search for no maxima where channels come in blocks", () => {
    expect(count(anyDevice, "ScatterElements")).toBe(3);
    expect(count(blocks, "ScatterElements")).toBe(0);
  });

  it("have their fires and the first layer's gradient without passes over what is put together", () => {
    // Phases of the second pooling, and the gradient of the first convolution, which takes phases itself.
    expect(count(blocks, "ConvTranspose")).toBe(2);
    // The second fires, the inception, and two of phases.
    expect([count(anyDevice, "Concat"), count(blocks, "Concat")]).toEqual([3, 5]);
    expect([count(anyDevice, "Split"), count(blocks, "Split")]).toEqual([3, 2]);
  });

  it("know nothing of a device unless it is said, and are lowered alike every time", () => {
    expect(printGraph(lower(graph))).toBe(printGraph(lower(graph, anyDevice)));
    expect(printGraph(lower(graph, blocks))).toBe(printGraph(lower(graph, blocks)));
    const once = lower(graph, blocks);
    expect(typesOf(lower(once, blocks))).toEqual(typesOf(once));
  });
});
