import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { matMul } from "../../../engine/ops/matMul.js";
import { mul } from "../../../engine/ops/mul.js";
import { split } from "../../../engine/ops/split.js";
import { type FieldsOf, flag, type ReadOf } from "../../../engine/options.js";
import { sizeOf } from "../../../engine/tensor/shape.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { type ActivationSpec, activation } from "../../activations/resolve.js";
import type { Initializer } from "../../initializers/initializer.js";
import { type Own, readLayerOptions, resolved } from "../base/settings.js";
import { type CellWeights, type PreparedCell, Recurrent, recurrentMaker } from "./recurrent.js";
import { type RecurrentOptions, recurrentFields } from "./recurrentSettings.js";

export interface LSTMOptions extends RecurrentOptions {
  /** Function of the gates. Default: sigmoid. */
  readonly recurrentActivation?: ActivationSpec | undefined;
  /** Begin with a bias of 1 for the forget gate, so that states last. Default: true. */
  readonly unitForgetBias?: boolean | undefined;
}

const fields = {
  ...recurrentFields,
  recurrentActivation: resolved(activation, "sigmoid"),
  unitForgetBias: flag(true),
} satisfies FieldsOf<Own<LSTMOptions>>;

/**
 * The layer behind {@link lstm}. Variables, their columns in blocks of `units` in the order input gate, forget
 * gate, candidate, output gate: kernel `[features, 4 · units]`, recurrentKernel `[units, 4 · units]`, bias
 * `[4 · units]`.
 */
export class LSTM extends Recurrent<ReadOf<typeof fields>> {
  readonly type = "lstm";
  protected readonly gates = 4;
  protected readonly stateNames = ["h", "c"];
  readonly #options: LSTMOptions;

  constructor(options: LSTMOptions) {
    super(options, readLayerOptions("lstm", options, fields));
    this.#options = options;
  }

  override turned(name: string | undefined): LSTM {
    return new LSTM({ ...this.#options, name, goBackwards: !this.settings.goBackwards });
  }

  protected override biasInitializer(): Initializer {
    const { biasInitializer, unitForgetBias, units } = this.settings;
    return unitForgetBias ? withForgetBias(biasInitializer, units) : biasInitializer;
  }

  protected override prepare(
    { recurrentKernel, bias }: CellWeights,
    drop: (state: Value) => Value,
  ): PreparedCell {
    const { activation, recurrentActivation, units } = this.settings;
    return {
      inputBias: bias,
      step: (x, states) => {
        const [h, c] = states as [Value, Value];
        const sums = add(matMul(drop(h), recurrentKernel), x);
        const parts = split(sums, { axis: 1, sizes: [units, units, units, units] });
        const [toInput, toForget, toCandidate, toOutput] = parts as [Value, Value, Value, Value];
        const input = recurrentActivation.emit(toInput);
        const forget = recurrentActivation.emit(toForget);
        const candidate = activation.emit(toCandidate);
        const next = add(mul(forget, c), mul(input, candidate));
        return [mul(recurrentActivation.emit(toOutput), activation.emit(next)), next];
      },
    };
  }
}

/** `initializer` for all gates but the forget gate, which begins with ones. */
export function withForgetBias(initializer: Initializer, units: number): Initializer {
  return {
    ...initializer,
    make: (shape, random) => {
      const made = initializer.make(shape, random);
      const data = made.data.slice();
      data.fill(1, units, 2 * units);
      return new Tensor("float32", shape, data.subarray(0, sizeOf(shape)));
    },
  };
}

/**
 * Long short-term memory, a recurrent layer with a cell state c that gates write, keep and read:
 *
 * i, f, o = σ(x · W + h · U + b) for each gate, c̃ = tanh(x · W + h · U + b), c' = f ∘ c + i ∘ c̃, h' = o ∘ tanh(c').
 *
 * Takes `[batch, time, features]`, or that and the first states h and c, each `[batch, units]`; gives
 * `[batch, units]`, with `returnSequences` `[batch, time, units]`; with `returnState` a list: the output and the
 * last h and c.
 *
 * A mask is obeyed: a masked step keeps the states and repeats the output before it.
 *
 * Hochreiter and Schmidhuber, "Long short-term memory", 1997; forget gate: Gers, Schmidhuber and Cummins,
 * "Learning to forget", 2000; its bias of 1: Jozefowicz et al., "An empirical exploration of recurrent network
 * architectures", 2015.
 *
 * @throws on an unknown or ill-fitting option, and when called on tensors of other ranks or sizes
 */
export const lstm = recurrentMaker<LSTM, LSTMOptions>(LSTM);
