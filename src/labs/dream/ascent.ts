import { gradients } from "../../engine/autodiff/gradients.js";
import { cut } from "../../engine/graph/cut.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { lower } from "../../engine/lowering/lower.js";
import type { Generator } from "../../engine/random/generator.js";
import type { Program, Runtime } from "../../engine/runtime/runtime.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import type { ImageNetwork } from "../vision/imageNetwork.js";
import { type ImageSize, type Planes, sizeOfPlanes } from "../vision/pixels.js";
import { type DreamLayer, dreamObjective } from "./objective.js";
import { addTile, readTile, tileStarts } from "./tiles.js";

/** Gradients of a dream's objective with respect to pixels, for tiles of one size. */
export class TileGradient {
  readonly #program: Program;
  readonly #pixels: Planes;
  readonly #into: { readonly gradient: Planes; readonly loss: Tensor };

  private constructor(program: Program, shape: readonly number[]) {
    this.#program = program;
    this.#pixels = Tensor.zeros(shape);
    this.#into = { gradient: Tensor.zeros(shape), loss: Tensor.zeros([]) };
  }

  static async open(
    network: ImageNetwork,
    layers: readonly DreamLayer[],
    { height, width }: ImageSize,
    runtime: Runtime,
  ): Promise<TileGradient> {
    const graph = new Graph();
    const shape = [1, 3, height, width];
    const pixels = graph.input("pixels", { dtype: "float32", shape });
    const names = [...new Set(layers.map(({ name }) => name))];
    const loss = dreamObjective(network.emit(graph, pixels, names), layers);
    const [gradient] = gradients(loss, [pixels]) as [Value];
    const outputs = [
      { name: "gradient", value: gradient },
      { name: "loss", value: loss },
    ];
    return new TileGradient(await runtime.compile(lower(cut(graph, { outputs }).graph)), shape);
  }

  get size(): ImageSize {
    return sizeOfPlanes(this.#pixels);
  }

  /** The tile to fill before {@link run}. */
  get pixels(): Planes {
    return this.#pixels;
  }

  /** @returns the loss, and the gradient, which the next run overwrites */
  async run(): Promise<{ loss: number; gradient: Planes }> {
    await this.#program.run({ pixels: this.#pixels }, this.#into);
    return { loss: this.#into.loss.item(), gradient: this.#into.gradient };
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

export interface AscentOptions {
  /** How far the mean pixel moves in a step, from 0 to 255. */
  readonly stepSize: number;
  /** Pixels by which the image is shifted at most, in both directions, another way at each step. */
  readonly jitter: number;
  /** Standard deviation of the blur of the gradient, in pixels; 0 for none. */
  readonly smoothing: number;
  /** For each pixel how far it may move, 0 to 1: `[height · width]`. */
  readonly mask: Float32Array | undefined;
}

/**
 * One step of gradient ascent on the pixels, in place. The image is shifted by a random way first, so that
 * neither tiles nor the strides of the network leave a grid; the gradient is divided by its mean absolute value.
 *
 * @returns the mean loss of the tiles
 */
export async function ascend(
  image: Planes,
  tiles: TileGradient,
  random: Generator,
  options: AscentOptions,
): Promise<number> {
  const { height, width } = sizeOfPlanes(image);
  const shift = (): number => random.integer(2 * options.jitter + 1) - options.jitter;
  const [down, right] = [shift(), shift()];
  const gradient: Planes = Tensor.zeros(image.shape);
  let total = 0;
  let count = 0;
  for (const top of tileStarts(height, tiles.size.height)) {
    for (const left of tileStarts(width, tiles.size.width)) {
      readTile(image, top + down, left + right, tiles.pixels);
      const result = await tiles.run();
      addTile(gradient, top + down, left + right, result.gradient);
      total += result.loss;
      count++;
    }
  }
  if (options.smoothing > 0) blur(gradient, options.smoothing);
  move(image, gradient, options);
  return total / count;
}

function move(image: Planes, gradient: Planes, { stepSize, mask }: AscentOptions): void {
  let sum = 0;
  for (let i = 0; i < gradient.size; i++) sum += Math.abs(gradient.data[i] as number);
  const scale = stepSize / (sum / gradient.size + 1e-12);
  const plane = gradient.size / 3;
  for (let i = 0; i < image.size; i++) {
    const allowed = mask === undefined ? 1 : (mask[i % plane] as number);
    const moved = (image.data[i] as number) + allowed * scale * (gradient.data[i] as number);
    image.data[i] = Math.min(255, Math.max(0, moved));
  }
}

/** A Gaussian blur, along rows and then along columns, in place; edges are continued. */
function blur(planes: Planes, deviation: number): void {
  const radius = Math.ceil(2 * deviation);
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)),
  );
  const total = kernel.reduce((a, b) => a + b, 0);
  const { height, width } = sizeOfPlanes(planes);
  for (const [lines, length, step, lineStep] of [
    [height, width, 1, width],
    [width, height, width, 1],
  ] as const) {
    const line = new Float64Array(length);
    for (let channel = 0; channel < 3; channel++) {
      for (let index = 0; index < lines; index++) {
        const start = channel * height * width + index * lineStep;
        for (let i = 0; i < length; i++) line[i] = planes.data[start + i * step] as number;
        for (let i = 0; i < length; i++) {
          let sum = 0;
          for (let k = -radius; k <= radius; k++) {
            sum +=
              (kernel[k + radius] as number) * (line[Math.min(length - 1, Math.max(0, i + k))] as number);
          }
          planes.data[start + i * step] = sum / total;
        }
      }
    }
  }
}
