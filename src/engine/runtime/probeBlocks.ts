import { Graph } from "../graph/graph.js";
import { block, blockedConv, reorderInput, reorderOutput } from "../lowering/blocked/operators.js";
import { writeModel } from "../onnx/write/write.js";
import type { OnnxRuntime } from "./loadOnnxRuntime.js";

/** Two blocks, of which each has two pixels. */
const [channels, pixels] = [2 * block, 2];

/** Numbers from 0 on, all different. */
const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, (_, index) => index);

/** An image brought into blocks; what a convolution makes of it, by itself and with a sum and an activation. */
function probeGraph(): Graph {
  const graph = new Graph();
  const image = graph.input("image", { dtype: "float32", shape: [1, channels, 1, pixels] });
  const weights = graph.input("weights", { dtype: "float32", shape: [channels, channels, 1, 1] });
  const inBlocks = reorderInput(image);
  graph.output("blocks", inBlocks);
  const activation = { name: "HardSigmoid", parameters: [1e30, 0] } as const;
  const mask = blockedConv(inBlocks, weights, { sum: inBlocks, activation });
  graph.output("mask", reorderOutput(mask, channels));
  graph.output("sums", reorderOutput(blockedConv(inBlocks, weights), channels, true));
  return graph;
}

/** Weights [out / 16, in / 16, 1, 1, 16 in, 16 out] by which channel o gets channel o − 1, and the first none. */
function shiftedWeights(): Float32Array {
  const weights = new Float32Array(channels * channels);
  for (let out = 1; out < channels; out++) {
    const from = out - 1;
    const [outBlock, inBlock] = [Math.floor(out / block), Math.floor(from / block)];
    weights[((outBlock * (channels / block) + inBlock) * block + (from % block)) * block + (out % block)] = 1;
  }
  return weights;
}

/**
 * Whether ONNX Runtime has kernels for blocks of channels here, with blocks of {@link block} and the order of weights
 * that lowering emits. A graph of three of them is run and its results compared; whatever is off, also a library
 * that does not know them, means no.
 */
export async function probeBlocks(ort: OnnxRuntime): Promise<boolean> {
  try {
    const session = await ort.InferenceSession.create(writeModel(probeGraph()), {
      intraOpNumThreads: 1,
      logSeverityLevel: 4,
    });
    const image = numbers(channels * pixels);
    const results = await session.run({
      image: new ort.Tensor("float32", image, [1, channels, 1, pixels]),
      weights: new ort.Tensor("float32", shiftedWeights(), [channels, channels, 1, 1]),
    });
    const read = (name: string): ArrayLike<unknown> => results[name]?.data as Float32Array;
    const isRight = agree(read("blocks"), read("sums"), read("mask"));
    await session.release();
    return isRight;
  } catch {
    return false;
  }
}

/** Whether the three results are what they should be. */
function agree(blocks: ArrayLike<unknown>, sums: ArrayLike<unknown>, mask: ArrayLike<unknown>): boolean {
  const element = (channel: number, pixel: number): number => channel * pixels + pixel;
  for (let channel = 0; channel < channels; channel++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const place = (Math.floor(channel / block) * pixels + pixel) * block + (channel % block);
      const sum = channel === 0 ? 0 : element(channel - 1, pixel);
      if (blocks[place] !== element(channel, pixel)) return false;
      if (sums[pixel * channels + channel] !== sum) return false;
      if (mask[element(channel, pixel)] !== (sum + element(channel, pixel) > 0 ? 1 : 0)) return false;
    }
  }
  return true;
}
