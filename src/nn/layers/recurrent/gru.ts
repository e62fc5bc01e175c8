import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { matMul } from "../../../engine/ops/matMul.js";
import { mul } from "../../../engine/ops/mul.js";
import { split } from "../../../engine/ops/split.js";
import { squeeze } from "../../../engine/ops/squeeze.js";
import { sub } from "../../../engine/ops/sub.js";
import { type FieldsOf, flag, type ReadOf } from "../../../engine/options.js";
import type { Shape } from "../../../engine/tensor/shape.js";
import { type ActivationSpec, activation } from "../../activations/resolve.js";
import { type Own, readLayerOptions, resolved } from "../base/settings.js";
import { type CellWeights, type PreparedCell, Recurrent, recurrentMaker } from "./recurrent.js";
import { type RecurrentOptions, recurrentFields } from "./recurrentSettings.js";

export interface GRUOptions extends RecurrentOptions {
  /** Function of the gates. Default: sigmoid. */
  readonly recurrentActivation?: ActivationSpec | undefined;
  /**
   * Multiply the state by the reset gate after its product with the recurrent kernel, as cuDNN does, rather
   * than before. Default: true.
   */
  readonly resetAfter?: boolean | undefined;
}

const fields = {
  ...recurrentFields,
  recurrentActivation: resolved(activation, "sigmoid"),
  resetAfter: flag(true),
} satisfies FieldsOf<Own<GRUOptions>>;

/**
 * The layer behind {@link gru}. Variables, their columns in blocks of `units` in the order update gate, reset
 * gate, candidate: kernel `[features, 3 · units]`, recurrentKernel `[units, 3 · units]`, and bias `[2, 3 · units]`
 * (for the input and for the state), or `[3 · units]` when the reset comes before the product.
 */
export class GRU extends Recurrent<ReadOf<typeof fields>> {
  readonly type = "gru";
  protected readonly gates = 3;
  protected readonly stateNames = ["h"];
  readonly #options: GRUOptions;

  constructor(options: GRUOptions) {
    super(options, readLayerOptions("gru", options, fields));
    this.#options = options;
  }

  override turned(name: string | undefined): GRU {
    return new GRU({ ...this.#options, name, goBackwards: !this.settings.goBackwards });
  }

  protected override biasShape(): Shape {
    const columns = 3 * this.settings.units;
    return this.settings.resetAfter ? [2, columns] : [columns];
  }

  protected override prepare(weights: CellWeights, drop: (state: Value) => Value): PreparedCell {
    return this.settings.resetAfter ? this.#resetAfter(weights, drop) : this.#resetBefore(weights, drop);
  }

  #resetAfter({ recurrentKernel, bias }: CellWeights, drop: (state: Value) => Value): PreparedCell {
    const { activation, recurrentActivation } = this.settings;
    const [inputBias, stateBias] =
      bias === undefined ? [] : split(bias, { sizes: [1, 1] }).map((row) => squeeze(row, [0]));
    return {
      inputBias,
      step: (x, states) => {
        const h = drop(states[0] as Value);
        const product = matMul(h, recurrentKernel);
        const fromInput = this.#split(x, 3);
        const fromState = this.#split(stateBias === undefined ? product : add(product, stateBias), 3);
        const [update, reset] = [0, 1].map((gate) =>
          recurrentActivation.emit(add(fromInput[gate] as Value, fromState[gate] as Value)),
        ) as [Value, Value];
        const candidate = activation.emit(add(fromInput[2] as Value, mul(reset, fromState[2] as Value)));
        return [interpolate(update, h, candidate)];
      },
    };
  }

  #resetBefore({ recurrentKernel, bias }: CellWeights, drop: (state: Value) => Value): PreparedCell {
    const { activation, recurrentActivation, units } = this.settings;
    const [gateKernel, candidateKernel] = split(recurrentKernel, { axis: 1, sizes: [2 * units, units] });
    return {
      inputBias: bias,
      step: (x, states) => {
        const h = drop(states[0] as Value);
        const [toGates, toCandidate] = split(x, { axis: 1, sizes: [2 * units, units] }) as [Value, Value];
        const gates = recurrentActivation.emit(add(matMul(h, gateKernel as Value), toGates));
        const [update, reset] = this.#split(gates, 2) as [Value, Value];
        const candidate = activation.emit(add(matMul(mul(reset, h), candidateKernel as Value), toCandidate));
        return [interpolate(update, h, candidate)];
      },
    };
  }

  #split(x: Value, count: number): Value[] {
    return split(x, { axis: 1, sizes: new Array<number>(count).fill(this.settings.units) });
  }
}

/** update ∘ h + (1 − update) ∘ candidate */
function interpolate(update: Value, h: Value, candidate: Value): Value {
  return add(mul(update, sub(h, candidate)), candidate);
}

/**
 * A gated recurrent unit: a recurrent layer whose update gate z and reset gate r say how much of the state stays
 * and how much of it the candidate for the new one sees:
 *
 * z, r = σ(x · W + h · U + b) for each gate, h̃ = tanh(x · W + r ∘ (h · U + b) + b), h' = z ∘ h + (1 − z) ∘ h̃.
 *
 * Takes `[batch, time, features]`, or that and the first state `[batch, units]`; gives `[batch, units]`, with
 * `returnSequences` `[batch, time, units]`; with `returnState` a list: the output and the last state.
 *
 * A mask is obeyed: a masked step keeps the state and repeats the output before it.
 *
 * Cho et al., "Learning phrase representations using RNN encoder-decoder for statistical machine translation",
 * 2014.
 *
 * @throws on an unknown or ill-fitting option, and when called on tensors of other ranks or sizes
 */
export const gru = recurrentMaker<GRU, GRUOptions>(GRU);
