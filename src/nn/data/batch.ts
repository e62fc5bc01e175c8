import type { Tensor } from "../../engine/tensor/tensor.js";

/** The data of one step, in the order of the model's inputs and outputs. */
export interface Batch {
  /** Number of samples. */
  readonly size: number;
  readonly inputs: readonly Tensor[];
  /** Absent where an output is not trained. */
  readonly targets: readonly (Tensor | undefined)[];
  readonly weights: readonly (Tensor | undefined)[];
  /** What else the step is fed, by name, where an objective of its own asks for it. Default: nothing. */
  readonly extras?: Readonly<Record<string, Tensor>> | undefined;
}
