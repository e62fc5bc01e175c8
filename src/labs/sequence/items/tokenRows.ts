import type { Program } from "../../../engine/runtime/runtime.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Model } from "../../../nn/models/model.js";
import { boundary } from "./symbols.js";

/** What the network reads and remembers of the items that are written side by side. */
export class TokenRows {
  readonly #tokens: Tensor<"int32">;
  readonly #next: Tensor<"float32">;
  readonly #counts: number[];
  #states: readonly Tensor<"float32">[];
  #spare: readonly Tensor<"float32">[];
  readonly #names: readonly string[];

  constructor(network: Model, width: number, symbols: number) {
    const states = network.inputs.filter(({ name }) => name !== "tokens");
    const make = (): Tensor<"float32">[] =>
      states.map(({ tensor }) => Tensor.zeros([width, tensor.shape[1] as number]) as Tensor<"float32">);
    this.#names = states.map(({ name }) => name);
    this.#tokens = new Tensor("int32", [width, 1], new Int32Array(width).fill(boundary));
    this.#next = Tensor.zeros([width, symbols]) as Tensor<"float32">;
    this.#counts = new Array(width).fill(0);
    this.#states = make();
    this.#spare = make();
  }

  async step(program: Program): Promise<void> {
    const feeds: Record<string, Tensor> = { tokens: this.#tokens };
    const into: Record<string, Tensor> = { next: this.#next };
    this.#names.forEach((name, at) => {
      feeds[name] = this.#states[at] as Tensor;
      into[`next_${name}`] = this.#spare[at] as Tensor;
    });
    await program.run(feeds, into);
    [this.#states, this.#spare] = [this.#spare, this.#states];
  }

  /** Probabilities of what comes next in a row; may be changed, and are written anew by the next step. */
  probabilities(row: number): Float32Array {
    const symbols = this.#next.sizeAt(1);
    return this.#next.data.subarray(row * symbols, (row + 1) * symbols);
  }

  /** Tokens that a row was fed since it began. */
  count(row: number): number {
    return this.#counts[row] as number;
  }

  feed(row: number, number: number): void {
    this.#tokens.data[row] = number;
    this.#counts[row] = this.count(row) + 1;
  }

  /** Begins a new item in a row: without a past, with the boundary. */
  clear(row: number): void {
    this.#tokens.data[row] = boundary;
    this.#counts[row] = 0;
    for (const state of this.#states) {
      const units = state.sizeAt(1);
      state.data.fill(0, row * units, (row + 1) * units);
    }
  }
}
