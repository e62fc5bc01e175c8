import { ImagoError } from "../../../engine/errors.js";
import {
  abortSignal,
  callable,
  type FieldsOf,
  having,
  number,
  optional,
  readOptions,
} from "../../../engine/options.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { type Classifier, topOf } from "../classifier.js";
import type { LabelledPictures } from "../pictureData.js";

/** How well one class is told from the others. */
export interface ClassFigures {
  readonly name: string;
  /** Pictures of it. */
  readonly count: number;
  /** Of the pictures taken for it, the share that are; NaN where none is taken for it. */
  readonly precision: number;
  /** Of its pictures, the share that are taken for it; NaN where it has none. */
  readonly recall: number;
}

/** A picture that was taken for another class. */
export interface Mistake {
  /** Its place among the pictures. */
  readonly index: number;
  readonly path: string;
  readonly label: number;
  readonly taken: number;
  /** How sure the network was of that, from 0 to 1. */
  readonly probability: number;
}

/** How a classifier did on pictures. */
export interface Assessment {
  readonly classes: readonly string[];
  readonly count: number;
  /** Share of pictures that are taken for what they are. */
  readonly accuracy: number;
  /** Share of pictures whose class is among the five likeliest. */
  readonly topFive: number;
  /** The mean of the recalls of the classes that there are: what a network that knows only the largest class does badly at. */
  readonly balanced: number;
  /** What would be right if all were taken for the class that has most pictures. */
  readonly largestShare: number;
  /** Mean of −ln of the probability of the right class. */
  readonly loss: number;
  /** Rows are what pictures are, columns what they are taken for. */
  readonly matrix: readonly (readonly number[])[];
  readonly perClass: readonly ClassFigures[];
  /** The surest first. */
  readonly mistakes: readonly Mistake[];
}

export interface AssessOptions {
  /** Pictures at a time, from 1. Default: 32. */
  readonly batchSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onPictures?: ((done: number) => void) | undefined;
}

const fields = {
  batchSize: number({ default: 32, min: 1, integer: true }),
  signal: abortSignal,
  onPictures: optional(callable<(done: number) => void>()),
} satisfies FieldsOf<AssessOptions>;

/**
 * Tries a classifier on pictures whose classes are known.
 *
 * @param pictures whose classes are matched with the classifier's by name; where they have no names, labelled with its numbers
 * @throws ImagoError on a class that the classifier does not know; the signal's reason when it aborts
 */
export async function assess(
  classifier: Classifier,
  pictures: LabelledPictures,
  options: AssessOptions = {},
): Promise<Assessment> {
  having<Classifier>("a Classifier", "classes", "probabilities").read("assess", "classifier", classifier);
  having<LabelledPictures>("pictures, such as a part of imageFolder", "batches", "items").read(
    "assess",
    "pictures",
    pictures,
  );
  const { batchSize, signal, onPictures } = readOptions("assess", options, fields);
  const { classes } = classifier;
  const labels = knownLabels(classes, pictures);
  const tally = new Tally(classes, pictures);
  for await (const [x, y] of pictures.batches({ batchSize, shuffle: false, augment: false })(0)) {
    signal?.throwIfAborted();
    tally.add(
      await classifier.probabilities(x),
      Array.from({ length: y.size }, (_, at) => labels[Number(y.data[at])] ?? -1),
    );
    onPictures?.(tally.count);
  }
  return tally.assessment();
}

/** The classifier's number of each class of the pictures. */
function knownLabels(
  classes: readonly string[],
  { classes: own, counts }: LabelledPictures,
): readonly number[] {
  const names = own ?? (counts.length > 0 ? classes.slice(0, counts.length) : classes);
  const known = names.map((name) => classes.indexOf(name));
  const unknown = names.filter((_, label) => known[label] === -1 && counts[label] !== 0);
  if (unknown.length === 0 && names.length >= counts.length) return known;
  const missing =
    unknown.length === 0
      ? `${counts.length} classes without names`
      : unknown.map((name) => `"${name}"`).join(", ");
  throw new ImagoError(
    `assess: the pictures are of ${missing}, and the classifier knows ${classes.map((name) => `"${name}"`).join(", ")}.`,
    {
      help: "Classes are matched by their names: leave out pictures of others, or rename their folders.",
    },
  );
}

class Tally {
  readonly #classes: readonly string[];
  readonly #items: LabelledPictures["items"];
  readonly #matrix: number[][];
  readonly #mistakes: Mistake[] = [];
  #inTopFive = 0;
  #loss = 0;
  count = 0;

  constructor(classes: readonly string[], { items }: LabelledPictures) {
    this.#classes = classes;
    this.#items = items;
    this.#matrix = classes.map(() => new Array<number>(classes.length).fill(0));
  }

  add(shares: Tensor<"float32">, labels: readonly number[]): void {
    const classes = shares.sizeAt(1);
    for (let row = 0; row < labels.length; row++) {
      const own = shares.data.subarray(row * classes, (row + 1) * classes);
      const label = labels[row] as number;
      const best = topOf(own, 5);
      const [taken = 0] = best;
      if (best.includes(label)) this.#inTopFive++;
      this.#loss -= Math.log(Math.max(own[label] as number, 1e-30));
      const line = this.#matrix[label] as number[];
      line[taken] = (line[taken] as number) + 1;
      if (taken !== label) this.#mistake(label, taken, own[taken] as number);
      this.count++;
    }
  }

  #mistake(label: number, taken: number, probability: number): void {
    const path = this.#items[this.count]?.path ?? String(this.count);
    this.#mistakes.push({ index: this.count, path, label, taken, probability });
  }

  assessment(): Assessment {
    const matrix = this.#matrix;
    const perClass = this.#classes.map((name, label) => figuresOf(name, label, matrix));
    const present = perClass.filter(({ count }) => count > 0);
    const right = matrix.reduce((sum, row, label) => sum + (row[label] as number), 0);
    return {
      classes: this.#classes,
      count: this.count,
      accuracy: right / this.count,
      topFive: this.#inTopFive / this.count,
      balanced: present.reduce((sum, { recall }) => sum + recall, 0) / present.length,
      largestShare: Math.max(0, ...present.map(({ count }) => count)) / this.count,
      loss: this.#loss / this.count,
      matrix,
      perClass,
      mistakes: this.#mistakes.toSorted((a, b) => b.probability - a.probability || a.index - b.index),
    };
  }
}

function figuresOf(name: string, label: number, matrix: readonly (readonly number[])[]): ClassFigures {
  const count = (matrix[label] ?? []).reduce((sum, one) => sum + one, 0);
  const taken = matrix.reduce((sum, row) => sum + (row[label] as number), 0);
  const right = matrix[label]?.[label] ?? 0;
  return { name, count, precision: right / taken, recall: right / count };
}
