import { gradients } from "../../engine/autodiff/gradients.js";
import { cut } from "../../engine/graph/cut.js";
import { Graph } from "../../engine/graph/graph.js";
import type { Generator } from "../../engine/random/generator.js";
import type { Program, Runtime } from "../../engine/runtime/runtime.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import type { ImageNetwork } from "../../vision/imageNetwork.js";
import type { ImageSize, Planes } from "../../vision/pixels.js";
import { blur } from "./blur.js";
import { type DreamLayer, dreamObjective, type GuideFeatures } from "./objective.js";
import type { TileGrid } from "./tiles.js";

/** Gradients of a dream's objective with respect to pixels, for tiles of one size. */
export class TileGradient {
  /** The tile to fill before {@link run}. */
  readonly pixels: Planes;
  readonly #program: Program;
  readonly #into: { readonly gradient: Planes; readonly loss: Tensor };

  private constructor(program: Program, shape: readonly number[]) {
    this.#program = program;
    this.pixels = Tensor.zeros(shape);
    this.#into = { gradient: Tensor.zeros(shape), loss: Tensor.zeros([]) };
  }

  /** @param guide features to match instead of making the activations strong */
  static async open(
    network: ImageNetwork,
    layers: readonly DreamLayer[],
    { height, width }: ImageSize,
    runtime: Runtime,
    guide?: GuideFeatures,
  ): Promise<TileGradient> {
    const graph = new Graph();
    const shape = [1, 3, height, width];
    const pixels = graph.input("pixels", { dtype: "float32", shape });
    const names = [...new Set(layers.map(({ name }) => name))];
    const loss = dreamObjective(network.emit(graph, pixels, names), layers, guide);
    const [gradient] = gradients(loss, [pixels]);
    const outputs = [
      { name: "gradient", value: gradient },
      { name: "loss", value: loss },
    ];
    return new TileGradient(await runtime.compile(cut(graph, { outputs }).graph), shape);
  }

  /** @returns the loss, and the gradient, which the next run overwrites */
  async run(): Promise<{ loss: number; gradient: Planes }> {
    await this.#program.run({ pixels: this.pixels }, this.#into);
    return { loss: this.#into.loss.item(), gradient: this.#into.gradient };
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

export interface AscentOptions {
  /** How far the mean pixel moves in a step, from 0 to 255. */
  readonly stepSize: number;
  /** Pixels by which tiles are shifted at most, another way at each step; the grid must allow for as much. */
  readonly jitter: number;
  /** Standard deviation of the blur of the gradient, in pixels; 0 for none. */
  readonly smoothing: number;
  /** For each pixel how far it may move, 0 to 1: `[height · width]` or more, of which the first count. */
  readonly mask: Float32Array | undefined;
  /** Looked at before each tile: a large image has hundreds. The image is as before the step then. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One step of gradient ascent on the pixels, in place. The network sees the image shifted by a random way, so that
 * its strides leave no grid; the gradient is divided by its mean absolute value.
 *
 * @returns the mean loss of the tiles
 * @throws the signal's reason when it aborts
 */
export async function ascend(
  image: Planes,
  grid: TileGrid,
  tiles: TileGradient,
  random: Generator,
  options: AscentOptions,
): Promise<number> {
  const shift = [random.integer(options.jitter + 1), random.integer(options.jitter + 1)] as const;
  let total = 0;
  const gradient = await grid.gather(image, shift, tiles.pixels, async () => {
    options.signal?.throwIfAborted();
    const result = await tiles.run();
    total += result.loss;
    return result.gradient;
  });
  if (options.smoothing > 0) blur(gradient, options.smoothing);
  move(image, gradient, options);
  return total / grid.count;
}

function move(image: Planes, gradient: Planes, { stepSize, mask }: AscentOptions): void {
  const [to, slope] = [image.data, gradient.data];
  const mean = meanMagnitude(slope);
  // A layer that answers with nothing anywhere says of no pixel which way to go.
  if (mean === 0) return;
  const scale = stepSize / mean;
  const plane = slope.length / 3;
  for (let start = 0; start < slope.length; start += plane) {
    for (let i = 0; i < plane; i++) {
      const allowed = mask === undefined ? 1 : (mask[i] as number);
      const moved = (to[start + i] as number) + allowed * scale * (slope[start + i] as number);
      to[start + i] = moved < 0 ? 0 : moved > 255 ? 255 : moved;
    }
  }
}

/** Two sums at a time, since each addition waits for the one before. */
function meanMagnitude(values: Float32Array): number {
  let [even, odd] = [0, 0];
  for (let i = 1; i < values.length; i += 2) {
    even += Math.abs(values[i - 1] as number);
    odd += Math.abs(values[i] as number);
  }
  if (values.length % 2 === 1) even += Math.abs(values[values.length - 1] as number);
  return (even + odd) / values.length;
}
