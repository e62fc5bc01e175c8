import { type FieldsOf, number, oneOf, readOptions, record } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { defaultRuntime } from "../../../engine/runtime/default.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { binaryCrossentropy } from "../../../nn/losses/binaryCrossentropy.js";
import type { Model } from "../../../nn/models/model.js";
import { type Judgement, judgementOf, type Learnt } from "../kinds/judgement.js";
import type {
  JudgedSample,
  Measured,
  SampleRequest,
  SequenceTask,
  TaskBatch,
} from "../training/sequenceTask.js";
import { type Binarisation, binarise } from "./binarise.js";
import { type PictureNetworkConfig, pictureNetwork, pictureNetworkFields } from "./pictureNetwork.js";
import { PictureWriter } from "./pictureWriter.js";
import type { GreyPictures } from "./readIdx.js";

/** What a network for pictures is made of, as it is saved. */
export interface PictureTaskConfig {
  readonly kind: "pictures";
  readonly network: PictureNetworkConfig;
  readonly height: number;
  readonly width: number;
  readonly binarisation: Binarisation;
  /** Fraction of the pictures that is not learnt but measured on. */
  readonly heldOut: number;
  /** What decides which, and where ink is drawn. */
  readonly seed: number;
}

const side = number({ min: 1, max: 1024, integer: true });

/** How {@link PictureTaskConfig} is read, which may come from a file. */
export const pictureTaskFields = {
  kind: oneOf(["pictures"]),
  network: record(pictureNetworkFields),
  height: side,
  width: side,
  binarisation: oneOf(["drawn", "threshold"], "drawn"),
  heldOut: number({ default: 0.05, min: 0, below: 1 }),
  seed: number({ default: 0, min: 0, integer: true }),
} satisfies FieldsOf<PictureTaskConfig>;

/** Pictures measured at a time. */
const measuredTogether = 200;

/** Pictures in black and white, and a network that draws them row by row. */
export class PictureTask implements SequenceTask {
  readonly config: PictureTaskConfig;
  readonly noun = ["picture", "pictures"] as const;
  readonly position = "pixel";
  readonly lengths: Int32Array;
  readonly loss = binaryCrossentropy({ fromLogits: true });
  readonly #ink: Uint8Array;
  readonly #learnt: Uint32Array;
  readonly #heldOut: Uint32Array;
  readonly #runtime: Runtime | undefined;
  #known: Learnt | undefined;

  /** @throws ImagoError on a configuration that is not as it is saved */
  constructor(pictures: GreyPictures, config: PictureTaskConfig, runtime?: Runtime) {
    this.config = readOptions("PictureTask", config, pictureTaskFields);
    const { heldOut, seed, binarisation } = this.config;
    this.#ink = binarise(pictures, binarisation, seed);
    const order = new Generator(seed).split("held out").permutation(pictures.count);
    const count =
      heldOut === 0 ? 0 : Math.min(pictures.count - 1, Math.max(1, Math.round(heldOut * pictures.count)));
    this.#heldOut = order.slice(0, count);
    this.#learnt = order.slice(count).sort();
    this.lengths = new Int32Array(this.#learnt.length).fill(pictures.height);
    this.#runtime = runtime;
  }

  network({ seed, runtime }: { readonly seed: number; readonly runtime: Runtime | undefined }): Model {
    return pictureNetwork(this.config.network, { width: this.config.width, seed, runtime });
  }

  batch(rows: ArrayLike<number>): TaskBatch {
    const chosen = Array.from(rows, (row) => this.#learnt[row] as number);
    return this.#batch(this.#ink, chosen, 1);
  }

  heldOut(): Measured | undefined {
    return this.#heldOut.length === 0 ? undefined : this.#measured(this.#ink, this.#heldOut);
  }

  /** Other pictures to measure on, made black and white with the seed of this task. */
  measured(pictures: GreyPictures): Measured {
    const { binarisation, seed } = this.config;
    const all = Uint32Array.from({ length: pictures.count }, (_, at) => at);
    return this.#measured(binarise(pictures, binarisation, seed + 1), all);
  }

  #measured(ink: Uint8Array, chosen: Uint32Array): Measured {
    const pixels = this.config.height * this.config.width;
    const batches = (): Iterable<TaskBatch> => this.#batches(ink, chosen, pixels);
    return {
      batches: { [Symbol.iterator]: () => batches()[Symbol.iterator]() },
      items: chosen.length,
      positions: chosen.length * pixels,
    };
  }

  *#batches(ink: Uint8Array, chosen: Uint32Array, weight: number): Iterable<TaskBatch> {
    for (let from = 0; from < chosen.length; from += measuredTogether) {
      yield this.#batch(ink, [...chosen.subarray(from, from + measuredTogether)], weight);
    }
  }

  /** @param weight of each row: the loss is a mean over all pixels */
  #batch(ink: Uint8Array, chosen: readonly number[], weight: number): TaskBatch {
    const { height, width } = this.config;
    const pixels = height * width;
    const shape = [chosen.length, height, width];
    const [row, above] = [Tensor.zeros(shape), Tensor.zeros(shape)];
    chosen.forEach((picture, at) => {
      const own = ink.subarray(picture * pixels, (picture + 1) * pixels);
      row.data.set(own, at * pixels);
      above.data.set(own.subarray(0, pixels - width), at * pixels + width);
    });
    return [{ above, row }, row, Tensor.full([chosen.length, height], weight)];
  }

  /** Draws with a network as it is now. */
  async writer(network: Model): Promise<PictureWriter> {
    const runtime = this.#runtime ?? (await defaultRuntime());
    const { height, width } = this.config;
    return PictureWriter.open(this.config.network, [height, width], network, runtime);
  }

  async sample(network: Model, { count, temperature, random, signal }: SampleRequest): Promise<JudgedSample> {
    const writer = await this.writer(network);
    const drawn: Uint8Array[] = [];
    for await (const picture of writer.items({ count, temperature, random, signal })) drawn.push(picture);
    this.#known ??= new Set(this.keys());
    return { temperature, texts: [], judgement: judgePictures(drawn, this.#known) };
  }

  /** What tells each picture that is learnt from others. */
  *keys(): Iterable<string> {
    const pixels = this.config.height * this.config.width;
    for (const at of this.#learnt) yield keyOf(this.#ink.subarray(at * pixels, (at + 1) * pixels));
  }
}

/** Pixels as a text, eight in a character. */
function keyOf(ink: Uint8Array): string {
  let key = "";
  for (let from = 0; from < ink.length; from += 8) {
    let bits = 0;
    for (let at = from; at < Math.min(from + 8, ink.length); at++) bits = 2 * bits + (ink[at] as number);
    key += String.fromCharCode(bits);
  }
  return key;
}

/** Counts what is empty, new and copied among pictures that were drawn. */
export function judgePictures(drawn: readonly Uint8Array[], learnt: Learnt): Judgement {
  let ink = 0;
  const judged = drawn.map((picture) => {
    const own = picture.reduce((sum, one) => sum + one, 0);
    ink += own / picture.length;
    const key = keyOf(picture);
    return { text: key, ended: true, key, isValid: own > 0, reason: "without ink" };
  });
  const share = drawn.length === 0 ? 0 : ink / drawn.length;
  const counted = judgementOf(judged, learnt, { "pixels with ink": { value: share, as: "share" } });
  return { ...counted, empty: counted.count - (counted.valid ?? 0) };
}
