import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { matMul } from "../../../engine/ops/matMul.js";
import { readLayerOptions } from "../base/settings.js";
import { type CellWeights, type PreparedCell, Recurrent, recurrentMaker } from "./recurrent.js";
import { type RecurrentOptions, recurrentFields } from "./recurrentSettings.js";

export interface SimpleRNNOptions extends RecurrentOptions {}

/**
 * The layer behind {@link simpleRNN}. Variables: kernel `[features, units]`, recurrentKernel `[units, units]`,
 * bias `[units]`.
 */
export class SimpleRNN extends Recurrent {
  readonly type = "simpleRNN";
  protected readonly gates = 1;
  protected readonly stateNames = ["h"];
  readonly #options: SimpleRNNOptions;

  constructor(options: SimpleRNNOptions) {
    super(options, readLayerOptions("simpleRNN", options, recurrentFields));
    this.#options = options;
  }

  override turned(name: string | undefined): SimpleRNN {
    return new SimpleRNN({ ...this.#options, name, goBackwards: !this.settings.goBackwards });
  }

  protected override prepare(
    { recurrentKernel, bias }: CellWeights,
    drop: (state: Value) => Value,
  ): PreparedCell {
    return {
      inputBias: bias,
      step: (x, [h]) => [this.settings.activation.emit(add(matMul(drop(h as Value), recurrentKernel), x))],
    };
  }
}

/**
 * A fully connected recurrent layer: hₜ = activation(xₜ · kernel + hₜ₋₁ · recurrentKernel + bias).
 *
 * Takes `[batch, time, features]`, or that and the first state `[batch, units]`; gives `[batch, units]`, with
 * `returnSequences` `[batch, time, units]`; with `returnState` a list: the output and the last state.
 *
 * A mask is obeyed: a masked step keeps the state and repeats the output before it.
 *
 * @throws on an unknown or ill-fitting option, and when called on tensors of other ranks or sizes
 */
export const simpleRNN = recurrentMaker<SimpleRNN, SimpleRNNOptions>(SimpleRNN);
