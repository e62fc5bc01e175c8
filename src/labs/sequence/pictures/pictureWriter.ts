import {
  abortSignal,
  type FieldsOf,
  having,
  number,
  optional,
  readOptions,
} from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { Program, Runtime } from "../../../engine/runtime/runtime.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Model } from "../../../nn/models/model.js";
import { inferenceGraph } from "../../../nn/network/inferenceGraph.js";
import { copyWeights } from "../text/network.js";
import { stepShapes } from "../text/stepShapes.js";
import { headNetwork, type PictureNetworkConfig, rowStepNetwork } from "./pictureNetwork.js";

/** Pictures that are drawn side by side at most. */
const sideBySide = 64;

export interface DrawPicturesOptions {
  /** Pictures to draw, 1 to 1000000. Default: 1. */
  readonly count?: number | undefined;
  /** Below 1 for what is more usual; above 0 and up to 100. Default: 1. */
  readonly temperature?: number | undefined;
  /** Rows that every picture begins with, 1 for ink. Default: none. */
  readonly begin?: Uint8Array | undefined;
  /** Each picture has a stream of its own, by its number. Default: a generator with seed 0. */
  readonly random?: Generator | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How {@link DrawPicturesOptions} are read. */
export const drawPicturesFields = {
  count: number({ default: 1, min: 1, max: 1_000_000, integer: true }),
  temperature: number({ default: 1, above: 0, max: 100 }),
  begin: optional(having<Uint8Array>("rows of pixels, 0 or 1", "subarray")),
  random: optional(having<Generator>("a Generator", "uniforms", "split")),
  signal: abortSignal,
} satisfies FieldsOf<DrawPicturesOptions>;

/** Draws pictures with a trained network, row by row, and in a row pixel by pixel. */
export class PictureWriter {
  readonly #size: readonly [height: number, width: number];
  readonly #rows: Model;
  readonly #head: Model;
  readonly #runtime: Runtime;
  readonly #units: number;

  private constructor(
    size: readonly [number, number],
    networks: readonly [Model, Model],
    units: number,
    runtime: Runtime,
  ) {
    this.#size = size;
    [this.#rows, this.#head] = networks;
    this.#units = units;
    this.#runtime = runtime;
  }

  /** @param trained a network with the weights to use; they are copied */
  static open(
    config: PictureNetworkConfig,
    size: readonly [number, number],
    trained: Model,
    runtime: Runtime,
  ): PictureWriter {
    const networks = [rowStepNetwork(config, size[1]), headNetwork(config, size[1])] as const;
    for (const network of networks) copyWeights(trained, network);
    return new PictureWriter(size, networks, config.units, runtime);
  }

  /**
   * Pictures, 1 where there is ink, in the order of their pixels. What a picture is depends on the weights, the options and its number.
   *
   * @throws ImagoError on unknown options and values outside their range; the signal's reason when it aborts
   */
  async *items(options: DrawPicturesOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    const {
      count,
      temperature,
      begin,
      random = new Generator(0),
      signal,
    } = readOptions("items", options, drawPicturesFields);
    for (let from = 0; from < count; from += sideBySide) {
      const width = Math.min(sideBySide, count - from);
      const streams = Array.from({ length: width }, (_, at) => random.split(from + at));
      yield* await this.#draw(streams, { temperature, begin, signal });
    }
  }

  async #draw(
    streams: readonly Generator[],
    {
      temperature,
      begin,
      signal,
    }: Pick<DrawPicturesOptions, "begin" | "signal"> & { readonly temperature: number },
  ): Promise<Uint8Array[]> {
    const [height, width] = this.#size;
    const count = streams.length;
    const [rows, head] = await this.#compile(count);
    const pictures = streams.map(() => new Uint8Array(height * width));
    let above = Tensor.zeros([count, width]) as Tensor<"float32">;
    let [h, c] = [Tensor.zeros([count, this.#units]), Tensor.zeros([count, this.#units])];
    try {
      for (let y = 0; y < height; y++) {
        signal?.throwIfAborted();
        const states = await rows.run({ above: new Tensor("float32", [count, 1, width], above.data), h, c });
        [h, c] = [states.next_h as typeof h, states.next_c as typeof c];
        const row = Tensor.zeros([count, width]) as Tensor<"float32">;
        const isGiven = begin !== undefined && (y + 1) * width <= begin.length;
        for (let x = 0; x < width; x++) {
          const ink = isGiven
            ? undefined
            : ((await head.run({ state: h, above, row })).ink as Tensor<"float32">);
          streams.forEach((random, at) => {
            const isInk =
              ink === undefined
                ? begin?.[y * width + x] === 1
                : drawn(ink.data[at * width + x] as number, temperature, random);
            if (!isInk) return;
            row.data[at * width + x] = 1;
            (pictures[at] as Uint8Array)[y * width + x] = 1;
          });
        }
        above = row;
      }
    } finally {
      await rows.dispose();
      await head.dispose();
    }
    return pictures;
  }

  async #compile(count: number): Promise<readonly [Program, Program]> {
    const compile = (network: Model): Promise<Program> =>
      this.#runtime.compile(inferenceGraph(network, stepShapes(network, count)), { threads: 1 });
    return [await compile(this.#rows), await compile(this.#head)];
  }
}

const drawn = (logit: number, temperature: number, random: Generator): boolean =>
  random.uniform() < 1 / (1 + Math.exp(-logit / temperature));
