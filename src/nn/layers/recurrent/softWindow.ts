import type { Graph, Value } from "../../../engine/graph/graph.js";
import { cast } from "../../../engine/ops/cast.js";
import { concat } from "../../../engine/ops/concat.js";
import { expand } from "../../../engine/ops/expand.js";
import { mul } from "../../../engine/ops/mul.js";
import { slice } from "../../../engine/ops/slice.js";
import { squeeze } from "../../../engine/ops/squeeze.js";
import { transpose } from "../../../engine/ops/transpose.js";
import { unsqueeze } from "../../../engine/ops/unsqueeze.js";
import { type FieldsOf, flag, number, type ReadOf } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import { type InitializerSpec, initializer } from "../../initializers/resolve.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import { Layer, type LayerOptions, multiOutputFunction } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import {
  describeInput,
  expectRank,
  knownSize,
  type Own,
  readLayerOptions,
  resolved,
  settingsConfig,
} from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import type { Variable } from "../base/variable.js";
import { withForgetBias } from "./lstm.js";
import { recurrentInput } from "./recurrentInput.js";
import { runWindowLoop, type WindowStates } from "./windowLoop.js";

export interface SoftWindowOptions extends LayerOptions {
  /** Size of the hidden state, from 1. */
  readonly units: number;
  /** Gaussians of the window, from 1. Default: 10, as in Graves 2013. */
  readonly components?: number | undefined;
  /** Default: glorotUniform. */
  readonly kernelInitializer?: InitializerSpec | undefined;
  /** Default: orthogonal. */
  readonly recurrentInitializer?: InitializerSpec | undefined;
  /** Default: zeros. */
  readonly biasInitializer?: InitializerSpec | undefined;
  /** Begin with a bias of 1 for the forget gate, so that states last. Default: true. */
  readonly unitForgetBias?: boolean | undefined;
  /** Give the last states behind the outputs. Default: false. */
  readonly returnState?: boolean | undefined;
}

const fields = {
  units: number({ min: 1, integer: true }),
  components: number({ default: 10, min: 1, max: 4096, integer: true }),
  kernelInitializer: resolved(initializer, "glorotUniform"),
  recurrentInitializer: resolved(initializer, "orthogonal"),
  biasInitializer: resolved(initializer, "zeros"),
  unitForgetBias: flag(true),
  returnState: flag(false),
} satisfies FieldsOf<Own<SoftWindowOptions>>;

const stateNames = ["h", "c", "kappa", "window"] as const;
const names = ["kernel", "windowKernel", "recurrentKernel", "bias", "placeKernel", "placeBias"] as const;
type WeightName = (typeof names)[number];

/**
 * The layer behind {@link softWindow}. Variables: kernel `[features, 4 · units]`, windowKernel `[alphabet, 4 · units]`, recurrentKernel
 * `[units, 4 · units]` and bias `[4 · units]`, their columns in blocks of `units` in the order input gate, forget gate, candidate,
 * output gate; placeKernel `[units, 3 · components]` and placeBias `[3 · components]`, in the order weights, widths, steps.
 */
export class SoftWindow extends Layer {
  readonly type = "softWindow";
  readonly settings: ReadOf<typeof fields>;
  #weights: Readonly<Record<WeightName, Variable>> | undefined;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: SoftWindowOptions) {
    super(options);
    this.settings = readLayerOptions("softWindow", options, fields);
  }

  get config(): Config {
    return settingsConfig(this.settings);
  }

  protected override check([x, letters, ...states]: readonly OpenType[]): void {
    if (x === undefined || letters === undefined || ![0, stateNames.length].includes(states.length)) {
      const count = [x, letters, ...states].filter((input) => input !== undefined).length;
      throw this.error(
        `expected the inputs x, letters or x, letters, ${stateNames.join(", ")}, received ${count} inputs`,
      );
    }
    expectRank(this, x, ["batch", "time", "features"]);
    expectRank(this, letters, ["batch", "letters", "alphabet"]);
    const sizes = [knownSize(this, x, 2), knownSize(this, letters, 2)] as const;
    const known = this.#weights && [this.#weights.kernel.shape[0], this.#weights.windowKernel.shape[0]];
    if (known !== undefined && sizes.some((size, at) => size !== known[at])) {
      throw this.error(
        `was made for ${known[0]} features and an alphabet of ${known[1]} and shares its weights, ` +
          `received ${describeInput(x)} and ${describeInput(letters)}`,
      );
    }
    this.#checkStates(states, sizes[1]);
  }

  #checkStates(states: readonly OpenType[], alphabet: number): void {
    const { units, components } = this.settings;
    const sizes = [units, units, components, alphabet];
    states.forEach((state, index) => {
      if (state.shape.length === 2 && state.shape[1] === sizes[index]) return;
      throw this.error(
        `expected state ${stateNames[index]} as [batch, ${sizes[index]}], received ${describeInput(state)}`,
      );
    });
  }

  protected override build([x, letters]: readonly [OpenType, OpenType, ...OpenType[]]): void {
    const { units, components, kernelInitializer, recurrentInitializer, biasInitializer, unitForgetBias } =
      this.settings;
    const gateBias = unitForgetBias ? withForgetBias(biasInitializer, units) : biasInitializer;
    const made: Readonly<Record<WeightName, readonly [number[], InitializerSpec]>> = {
      kernel: [[x.shape[2] as number, 4 * units], kernelInitializer],
      windowKernel: [[letters.shape[2] as number, 4 * units], kernelInitializer],
      recurrentKernel: [[units, 4 * units], recurrentInitializer],
      bias: [[4 * units], gateBias],
      placeKernel: [[units, 3 * components], kernelInitializer],
      placeBias: [[3 * components], biasInitializer],
    };
    const weights = names.map((name) => {
      const [shape, make] = made[name];
      return [name, this.addWeight({ name, shape, initializer: initializer(make) })] as const;
    });
    this.#weights = Object.fromEntries(weights) as Record<WeightName, Variable>;
  }

  call(inputs: readonly Value[], context: CallContext): readonly Value[] {
    const [x, given, ...states] = inputs as [Value, Value, ...Value[]];
    const weight = (name: WeightName): Value =>
      context.weight((this.#weights as Record<WeightName, Variable>)[name]);
    const [mask, letterMask] = context.masks;
    const letters =
      letterMask === undefined ? given : mul(given, cast(unsqueeze(letterMask, [2]), given.dtype));
    const { sequence, element } = recurrentInput(x, weight("kernel"), weight("bias"));
    const { hidden, windows, last, places } = runWindowLoop({
      sequence,
      sumsOf: element,
      // One product with both states instead of two.
      stateKernel: concat([weight("recurrentKernel"), weight("windowKernel")], { axis: 0 }),
      placeKernel: weight("placeKernel"),
      placeBias: weight("placeBias"),
      letters,
      states: states.length > 0 ? statesOf(states) : this.#first(context.graph, x.size(0), letters),
      mask: mask && unsqueeze(transpose(mask), [2]),
      wantsPlaces: this.settings.returnState,
    });
    const outputs = [hidden, windows].map((all) => transpose(all, [1, 0, 2]));
    if (!this.settings.returnState) return outputs;
    return [...outputs, last.h, last.c, last.kappa, last.window, places as Value];
  }

  /** Nothing is remembered, and the window is at the first letter. */
  #first(graph: Graph, batch: number, letters: Value): WindowStates {
    const { units, components } = this.settings;
    const zeros = (size: number): Value => expand(graph.scalar(0, letters.dtype), [batch, size]);
    const first = slice(letters, { starts: [0], ends: [1], axes: [1] });
    return { h: zeros(units), c: zeros(units), kappa: zeros(components), window: squeeze(first, [1]) };
  }

  override mask(
    _inputs: readonly Value[],
    context: CallContext,
    outputs: readonly Value[],
  ): readonly (Value | undefined)[] {
    return outputs.map((_, index) => (index < 2 ? context.masks[0] : undefined));
  }
}

function statesOf([h, c, kappa, window]: readonly Value[]): WindowStates {
  return { h, c, kappa, window } as WindowStates;
}

/**
 * Long short-term memory that reads, besides its sequence, letters through a soft window which it moves along them itself. At each
 * step the cell reads the input, its hidden state and the window of the step before; from the new hidden state come, for each of the
 * window's Gaussians, a weight α, a width β and a step, and
 *
 * κ' = κ + exp(step − 3), φ(u) = Σ α · exp(−β (κ' − u)²) for each letter u from 0, window = Σ φ(u) · letter u.
 *
 * The window only goes forwards. Steps begin at about a twentieth of a letter, about what a letter of a dozen or two of points
 * needs, so that early in training the window does not run ahead of the pen (Graves has exp(step)). Logarithms of α and β, and
 * steps, are kept within ±8.
 *
 * Takes `[batch, time, features]` and letters `[batch, letters, alphabet]`, rows of zeros where they are padded, and optionally the
 * states h, c `[batch, units]`, kappa `[batch, components]` and window `[batch, alphabet]`; without them the window is at the first
 * letter. Gives the hidden states `[batch, time, units]` and the windows `[batch, time, alphabet]`; with `returnState` also the last
 * h, c, kappa and window, and the last φ `[batch, letters]`.
 *
 * Masks are obeyed: a masked step keeps the states and repeats the outputs before it, a masked letter counts as zeros.
 *
 * Graves, "Generating sequences with recurrent neural networks", 2013, section 5.1.
 *
 * @throws on an unknown or ill-fitting option, and when called on tensors of other ranks or sizes
 */
export const softWindow = layerMaker(SoftWindow, {
  make: (options: SoftWindowOptions) => multiOutputFunction(new SoftWindow(options)),
});
