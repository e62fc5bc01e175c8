import { ImagoError } from "../../../engine/errors.js";
import { readOptions } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import type { Model } from "../../../nn/models/model.js";
import { inferenceGraph } from "../../../nn/network/inferenceGraph.js";
import { itemsSideBySide, sideBySide } from "../items/sideBySide.js";
import { farthestOffset, scaleOffsets, unscaleOffsets } from "../strokes/strokeOffsets.js";
import { copyWeights } from "../text/network.js";
import { threadsFor } from "../text/threadsFor.js";
import { type SampledPoint, samplePoint } from "./samplePoint.js";
import { encodeLabel, encodeText, type StrokeItem } from "./strokeItem.js";
import { pointSize, strokeStepNetwork } from "./strokeNetwork.js";
import { StrokeRows } from "./strokeRows.js";
import { type StrokesOptions, strokesFields, type WrittenStrokes } from "./strokesOptions.js";
import type { StrokeTaskConfig } from "./strokeTaskConfig.js";

const none = new Int32Array(0);

/** What all drawings of a call have in common. */
interface Plan {
  readonly count: number;
  readonly bias: number;
  readonly longest: number;
  readonly texts: readonly string[];
  /** Numbers of the letters of each text, and of what the prime says. */
  readonly letters: readonly Int32Array[];
  readonly primeLetters: Int32Array;
  /** Drawn at random where it is absent. */
  readonly label: number | undefined;
  /** What is read first, in deviations. */
  readonly prime: Float32Array;
  readonly primeOffsets: ArrayLike<number>;
  readonly random: Generator;
  readonly signal: AbortSignal | undefined;
}

/** A drawing while it is being made. */
interface Slot {
  readonly index: number;
  readonly random: Generator;
  readonly letters: Int32Array;
  readonly label: number;
  /** Points of the prime that were read. */
  read: number;
  /** In deviations. */
  readonly offsets: number[];
}

/** Makes drawings and writes texts with a trained network, many side by side. */
export class StrokeWriter {
  readonly config: StrokeTaskConfig;
  readonly #network: Model;
  readonly #runtime: Runtime;

  private constructor(config: StrokeTaskConfig, network: Model, runtime: Runtime) {
    this.config = config;
    this.#network = network;
    this.#runtime = runtime;
  }

  /** @param trained a network with the weights to use; they are copied */
  static open(config: StrokeTaskConfig, trained: Model, runtime: Runtime): StrokeWriter {
    const { letters, labels } = config;
    const network = strokeStepNetwork(config.network, { letters: letters.length, labels: labels.length });
    copyWeights(trained, network);
    return new StrokeWriter(config, network, runtime);
  }

  /**
   * Drawings, in the order of their numbers. What a drawing is depends on the weights, the options and its number, whatever is made
   * beside it.
   *
   * A drawing ends where the pen is lifted and the network says that it is the end. Where a text is given, that counts only once the
   * window has come to the last letter, and a text that the window has left behind is over too.
   *
   * @throws ImagoError on unknown options and values outside their range, on a text with letters that no hand wrote, on a label that
   *   was not learnt, and on what the network was not taught to take; the signal's reason when it aborts
   */
  async *items(options: StrokesOptions = {}): AsyncGenerator<WrittenStrokes, void, undefined> {
    const plan = this.#plan(options);
    const width = Math.min(plan.count, sideBySide);
    const longest = [plan.primeLetters, ...plan.letters].reduce(
      (most, { length }) => Math.max(most, length),
      1,
    );
    const rows = new StrokeRows(this.#network, width, longest);
    const program = await this.#runtime.compile(
      inferenceGraph(this.#network, rows.shapes),
      threadsFor(this.#network),
    );
    try {
      yield* itemsSideBySide({
        count: plan.count,
        signal: plan.signal,
        begin: (row, index) => this.#begin(rows, row, plan, index),
        step: () => rows.step(program),
        advance: (row, slot: Slot) => this.#advance(rows, row, slot, plan),
      });
    } finally {
      await program.dispose();
    }
  }

  #plan(options: StrokesOptions): Plan {
    const { text: given, label, prime, random, ...read } = readOptions("items", options, strokesFields);
    const { letters, labels, scale } = this.config;
    if (letters.length === 0 && given !== undefined) {
      throw new ImagoError("items: text: this network was not taught to write given texts.", {
        help: "Train one on drawings whose texts are known.",
      });
    }
    if (letters.length > 0 && given === undefined) {
      throw new ImagoError("items: text is required: this network writes given texts.");
    }
    if (labels.length === 0 && label !== undefined) {
      throw new ImagoError("items: label: this network was not taught labels.", {
        help: "Train one on drawings with labels.",
      });
    }
    const texts = given === undefined ? [] : typeof given === "string" ? [given] : given;
    return {
      ...read,
      texts,
      letters: texts.map((one) => encodeText("items", one, letters)),
      primeLetters: texts.length === 0 || prime === undefined ? none : this.#said(prime),
      label: label === undefined ? undefined : encodeLabel("items", label, labels),
      prime: prime === undefined ? new Float32Array(0) : toBeRead(prime, scale, texts.length > 0),
      primeOffsets: prime?.offsets ?? [],
      random: random ?? new Generator(0),
    };
  }

  /** Numbers of the letters that a prime says. */
  #said({ text: said = "" }: StrokeItem): Int32Array {
    if (said !== "") return encodeText("items: prime", said, this.config.letters);
    throw new ImagoError("items: prime: what it says must be known: give its text.");
  }

  #begin(rows: StrokeRows, row: number, plan: Plan, index: number): Slot {
    const { letters, label, prime, primeLetters } = plan;
    const own = plan.random.split(index);
    const { labels } = this.config;
    const drawn = labels.length === 0 ? -1 : own.split("label").integer(labels.length);
    const slot: Slot = {
      index,
      random: own,
      letters: letters.length === 0 ? none : (letters[index % letters.length] as Int32Array),
      label: label ?? drawn,
      read: 0,
      offsets: [],
    };
    rows.begin(row, prime.length === 0 ? slot : { label: slot.label, letters: primeLetters });
    return slot;
  }

  /** Gives a row its next point, of the prime or of the network's choice; the drawing where that was its end. */
  #advance(rows: StrokeRows, row: number, slot: Slot, plan: Plan): WrittenStrokes | undefined {
    const { prime } = plan;
    if (slot.read * pointSize < prime.length) {
      const [dx = 0, dy = 0, lifted = 0] = prime.subarray(slot.read++ * pointSize);
      rows.feed(row, dx, dy, lifted === 1);
      // The manner stays in the hidden states; the text begins.
      if (slot.read * pointSize === prime.length) rows.giveText(row, slot.letters);
      return undefined;
    }
    const point = samplePoint(rows.density(row), plan.bias, slot.random);
    const [dx, dy] = [point.dx, point.dy].map((d) =>
      Math.max(-farthestOffset, Math.min(farthestOffset, d)),
    ) as [number, number];
    slot.offsets.push(dx, dy, point.lifted ? 1 : 0);
    rows.feed(row, dx, dy, point.lifted);
    const ended = hasEnded(point, slot.letters.length, rows, row);
    const isFull = slot.offsets.length / pointSize >= plan.longest;
    return ended || isFull ? this.#written(slot, plan, ended) : undefined;
  }

  #written({ index, offsets, label }: Slot, { texts, primeOffsets }: Plan, ended: boolean): WrittenStrokes {
    const isText = texts.length > 0;
    const own = unscaleOffsets(offsets, this.config.scale);
    return {
      index,
      offsets:
        isText || primeOffsets.length === 0 ? own : Float32Array.from([...Array.from(primeOffsets), ...own]),
      text: isText ? texts[index % texts.length] : undefined,
      label: label < 0 ? undefined : this.config.labels[label],
      ended,
    };
  }
}

/**
 * Points of a prime, in deviations. Before a text comes the point with which each item begins. Without it words open with the bars and
 * dots that a hand adds at a word's end; were both texts one, the window would be too far, or not far enough, where the second begins.
 */
function toBeRead({ offsets }: StrokeItem, scale: readonly number[], isText: boolean): Float32Array {
  const points = scaleOffsets(offsets, scale);
  return isText ? Float32Array.from([...points, 0, 0, 0]) : points;
}

/**
 * Whether a drawing is over behind a point. With a text the network's word counts once the window is at the last letter, so that nothing
 * is left out; and where half of its Gaussians have left the text behind, the drawing is over too, so that it ends in any case.
 *
 * @param letters 0 without a text
 */
function hasEnded({ lifted, ends }: SampledPoint, letters: number, rows: StrokeRows, row: number): boolean {
  if (letters === 0) return ends;
  const kappa = rows.kappa(row).toSorted();
  // Nothing is left to be written, and the pen still moves.
  if ((kappa[0] as number) > letters) return true;
  if (!lifted) return false;
  if ((kappa[Math.floor(kappa.length / 2)] as number) > letters) return true;
  return ends && lastRead(rows.attention(row)) >= letters - 1;
}

/** The letter that counts most. */
function lastRead(attention: Float32Array): number {
  return attention.indexOf(attention.reduce((most, one) => Math.max(most, one)));
}
