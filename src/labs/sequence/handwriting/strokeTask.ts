import { ImagoError } from "../../../engine/errors.js";
import { having, optional } from "../../../engine/options.js";
import { defaultRuntime } from "../../../engine/runtime/default.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import { mixtureDensityLoss } from "../../../nn/losses/mixtureDensityLoss.js";
import type { Model } from "../../../nn/models/model.js";
import type {
  JudgedSample,
  Measured,
  SampleRequest,
  SequenceTask,
  TaskBatch,
} from "../training/sequenceTask.js";
import { judgeStrokes } from "./judgeStrokes.js";
import { measuredStrokes, type StrokeBatchShape, strokeBatch } from "./strokeBatches.js";
import { type EncodedStrokes, encodeItem, type StrokeItem, unknownLetters } from "./strokeItem.js";
import { pointSize, strokeNetwork } from "./strokeNetwork.js";
import type { WrittenStrokes } from "./strokesOptions.js";
import {
  divideStrokes,
  readStrokeItems,
  readStrokeTaskConfig,
  type StrokeTaskConfig,
} from "./strokeTaskConfig.js";
import { StrokeWriter } from "./strokeWriter.js";

/** Items measured at a time: more cost memory and gain little. */
const measuredTogether = 50;
/** How much longer than the longest that was learnt a drawing may grow while a sample is written. */
const slack = 1.5;

const runtimeField = optional(having<Runtime>("a Runtime", "compile"));

/** Pen strokes, and a recurrent network that learns where the pen goes next. */
export class StrokeTask implements SequenceTask {
  readonly config: StrokeTaskConfig;
  readonly noun = ["drawing", "drawings"] as const;
  readonly position = "point";
  /** Points of each item that is learnt. */
  readonly lengths: Int32Array;
  readonly loss = mixtureDensityLoss();
  /** As they were read. */
  readonly learntItems: readonly StrokeItem[];
  readonly heldOutItems: readonly StrokeItem[];
  readonly #learnt: readonly EncodedStrokes[];
  readonly #heldOut: readonly EncodedStrokes[];
  readonly #shape: StrokeBatchShape;
  readonly #runtime: Runtime | undefined;

  /**
   * @param config as `strokeTaskConfig` makes it of the same items
   * @throws ImagoError on a configuration that is not as it is saved, and where an item is not of what it says
   */
  constructor(items: readonly StrokeItem[], config: StrokeTaskConfig, runtime?: Runtime) {
    this.config = readStrokeTaskConfig("StrokeTask", config);
    this.#runtime = runtimeField.read("StrokeTask", "runtime", runtime);
    const parts = divideStrokes(readStrokeItems("StrokeTask", items), this.config);
    this.learntItems = parts.learnt;
    this.heldOutItems = parts.heldOut;
    this.#learnt = this.#encoded(parts.learnt);
    this.#heldOut = this.#encoded(parts.heldOut);
    this.lengths = Int32Array.from(this.#learnt, ({ points }) => points.length / pointSize);
    const longestText = [...this.#learnt, ...this.#heldOut].reduce(
      (most, { letters }) => Math.max(most, letters.length),
      0,
    );
    this.#shape = { letters: this.config.letters.length, labels: this.config.labels.length, longestText };
  }

  #encoded(items: readonly StrokeItem[]): readonly EncodedStrokes[] {
    return items.map((item, at) => encodeItem(`strokes: drawing ${at}`, item, this.config));
  }

  network(options: { readonly seed: number; readonly runtime: Runtime | undefined }): Model {
    const { network, letters, labels } = this.config;
    return strokeNetwork(network, { letters: letters.length, labels: labels.length }, options);
  }

  batch(rows: ArrayLike<number>): TaskBatch {
    const items = Array.from(rows, (row) => this.#learnt[row] as EncodedStrokes);
    return strokeBatch(items, this.#shape, "points");
  }

  heldOut(): Measured | undefined {
    return this.#heldOut.length === 0 ? undefined : this.#measuredOf(this.#heldOut);
  }

  /**
   * Other items to measure on; those with letters or a label that were never learnt are left out.
   *
   * @throws ImagoError where none is left
   */
  measured(items: readonly StrokeItem[]): Measured {
    const read = readStrokeItems("measured", items);
    const known = read.filter((item) => this.#isKnown(item));
    if (known.length > 0) return this.#measuredOf(this.#encoded(known));
    throw new ImagoError(
      `strokes: none of the ${read.length} drawings has letters and labels that were learnt.`,
    );
  }

  #isKnown({ text, label }: StrokeItem): boolean {
    const { letters, labels } = this.config;
    const isText =
      letters.length === 0 ||
      (text !== undefined && text !== "" && unknownLetters(text, letters).length === 0);
    return isText && (labels.length === 0 || (label !== undefined && labels.includes(label)));
  }

  #measuredOf(items: readonly EncodedStrokes[]): Measured {
    return {
      batches: measuredStrokes(items, this.#shape, measuredTogether),
      items: items.length,
      positions: items.reduce((sum, { points }) => sum + points.length / pointSize, 0),
    };
  }

  /** Makes drawings with a network as it is now. */
  async writer(network: Model): Promise<StrokeWriter> {
    return StrokeWriter.open(this.config, network, this.#runtime ?? (await defaultRuntime()));
  }

  /**
   * Writes texts of items that were held out, or learnt where none was, or draws whatever comes. A temperature is what deviations are
   * multiplied by; above 1 it counts as 1.
   */
  async sample(network: Model, request: SampleRequest): Promise<JudgedSample> {
    const { count, temperature, random, signal } = request;
    const writer = await this.writer(network);
    const bias = Math.min(10, Math.max(0, -Math.log(temperature)));
    const longest = Math.ceil(slack * this.lengths.reduce((most, length) => Math.max(most, length), 0));
    const text = this.config.letters.length === 0 ? undefined : this.#texts(count, request);
    const written: WrittenStrokes[] = [];
    for await (const item of writer.items({ count, bias, longest, text, random, signal })) written.push(item);
    return {
      temperature,
      how: `with bias ${Number(bias.toFixed(2))}`,
      texts: [],
      judgement: judgeStrokes(written),
    };
  }

  #texts(count: number, { random }: SampleRequest): readonly string[] {
    const from = this.#heldOut.length === 0 ? this.learntItems : this.heldOutItems;
    const own = random.split("texts");
    return Array.from({ length: count }, () => (from[own.integer(from.length)] as StrokeItem).text as string);
  }
}
