import type { Program } from "../../../engine/runtime/runtime.js";
import { sizeOf } from "../../../engine/tensor/shape.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Model } from "../../../nn/models/model.js";
import { attentionName, inputSize, pointSize } from "./strokeNetwork.js";

/** How an item begins that is written in a row. */
export interface RowStart {
  /** Numbers of its letters; none for a network that is given none. */
  readonly letters: Int32Array;
  /** The number of its label; −1 for none. */
  readonly label: number;
}

/** What the network reads and remembers of the items that are written side by side. */
export class StrokeRows {
  readonly #feeds: Record<string, Tensor<"float32">>;
  readonly #made: Record<string, Tensor<"float32">>;
  readonly #states: readonly string[];

  /**
   * @param network one that `strokeStepNetwork` made
   * @param letters of the longest text
   */
  constructor(network: Model, width: number, letters: number) {
    const shapeOf = (open: readonly (number | null)[]): number[] =>
      open.map((size, axis) => size ?? (axis === 0 ? width : letters));
    const make = (named: Model["inputs"] | Model["outputs"]) =>
      Object.fromEntries(
        named.map(({ name, tensor }) => [name, Tensor.zeros(shapeOf(tensor.shape)) as Tensor<"float32">]),
      );
    this.#feeds = make(network.inputs);
    this.#made = make(network.outputs);
    this.#states = network.inputs
      .map(({ name }) => name)
      .filter((name) => name !== "points" && name !== "letters");
  }

  /** Shapes of the network's inputs. */
  get shapes(): Readonly<Record<string, readonly number[]>> {
    return Object.fromEntries(Object.entries(this.#feeds).map(([name, { shape }]) => [name, shape]));
  }

  async step(program: Program): Promise<void> {
    await program.run(this.#feeds, this.#made);
    for (const name of this.#states) {
      const [now, next] = [this.#feeds[name], this.#made[`next_${name}`]] as [
        Tensor<"float32">,
        Tensor<"float32">,
      ];
      this.#feeds[name] = next;
      this.#made[`next_${name}`] = now;
    }
  }

  #row(tensor: Tensor<"float32"> | undefined, row: number): Float32Array {
    if (tensor === undefined) return new Float32Array(0);
    const size = sizeOf(tensor.shape.slice(1));
    return tensor.data.subarray(row * size, (row + 1) * size);
  }

  /** What describes the density of a row's next point. */
  density(row: number): Float32Array {
    return this.#row(this.#made.density, row);
  }

  /** How much each letter of a row counts; empty without letters. */
  attention(row: number): Float32Array {
    return this.#row(this.#made[attentionName], row);
  }

  /** Where the window's Gaussians of a row are; empty without letters. */
  kappa(row: number): Float32Array {
    return this.#row(this.#feeds.kappa_0, row);
  }

  /** Gives a row its next point, in deviations. */
  feed(row: number, dx: number, dy: number, lifted: boolean): void {
    this.#row(this.#feeds.points, row).set([dx, dy, lifted ? 1 : 0]);
  }

  /** Begins a new item in a row: without a past, from a point that goes nowhere, with the window at the first letter. */
  begin(row: number, { letters, label }: RowStart): void {
    for (const tensor of Object.values(this.#feeds)) this.#row(tensor, row).fill(0);
    const points = this.#row(this.#feeds.points, row);
    points[pointSize] = 1;
    if (label >= 0) points[inputSize + label] = 1;
    this.giveText(row, letters);
  }

  /** Gives a row a text, and puts its window at the first letter; what it remembers else stays. */
  giveText(row: number, letters: Int32Array): void {
    if (letters.length === 0) return;
    const [vectors, window] = [this.#row(this.#feeds.letters, row), this.#row(this.#feeds.window_0, row)];
    for (const one of [vectors, window, this.kappa(row)]) one.fill(0);
    letters.forEach((letter, at) => {
      vectors[at * window.length + letter] = 1;
    });
    window[letters[0] as number] = 1;
  }
}
