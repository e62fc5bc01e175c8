import { number, type ReadOf } from "../../../engine/options.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import { randomUniform } from "../../../nn/initializers/randomUniform.js";
import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { input } from "../../../nn/layers/core/input.js";
import { mixtureDensity } from "../../../nn/layers/core/mixtureDensity.js";
import { concatenate } from "../../../nn/layers/merging/concatenate.js";
import { lstm } from "../../../nn/layers/recurrent/lstm.js";
import { softWindow } from "../../../nn/layers/recurrent/softWindow.js";
import { type Model, model } from "../../../nn/models/model.js";

/** How {@link StrokeNetworkConfig} is read. */
export const strokeNetworkFields = {
  units: number({ default: 256, min: 1, max: 8192, integer: true, help: "units of each recurrent layer" }),
  layers: number({ default: 2, min: 1, max: 16, integer: true, help: "recurrent layers" }),
  components: number({
    default: 20,
    min: 1,
    max: 512,
    integer: true,
    help: "Gaussians that a point's place is a mixture of",
  }),
  window: number({
    default: 10,
    min: 1,
    max: 512,
    integer: true,
    help: "Gaussians of the window over given letters",
  }),
};

/** The shape of a network for pen strokes. */
export type StrokeNetworkConfig = ReadOf<typeof strokeNetworkFields>;

/** What a network is given beside points. */
export interface StrokeConditions {
  /** Letters that may be given; 0 for a network that is given none. */
  readonly letters: number;
  /** Labels that an item may have; 0 for none. */
  readonly labels: number;
}

/** Numbers of a point: dx, dy, and whether the pen is lifted behind it. */
export const pointSize = 3;

/**
 * Numbers that are read of a point: what it is, and a 1. Weights of the 1 are second biases, which Adam moves as far as the first, so
 * that together they learn twice as fast, as those of PyTorch do (measured on words: 0.558 instead of 0.599 nats a point after 300 of
 * 1000 steps).
 */
export const inputSize = pointSize + 1;

/** The names of one recurrent layer's states, in the layer's order. */
export function stateNames(index: number, { letters }: StrokeConditions): readonly string[] {
  const all = index === 0 && letters > 0 ? ["h", "c", "kappa", "window"] : ["h", "c"];
  return all.map((state) => `${state}_${index}`);
}

/** Where letters are read, if they are. */
export const attentionName = "attention";

/**
 * The network that is trained: points float32 `[batch, time, 4 + labels]`, each with a 1 and the label's vector behind it, and with letters
 * their vectors `[batch, letters, alphabet]`, to what describes the density of the point that comes next, `[batch, time, 6 ·
 * components + 2]`. Every recurrent layer reads the input, and the output reads every layer (Graves 2013, section 4); with letters
 * the first layer has the window over them, and the others read it (section 5).
 */
export function strokeNetwork(
  config: StrokeNetworkConfig,
  conditions: StrokeConditions,
  { seed, runtime }: { readonly seed: number; readonly runtime?: Runtime | undefined },
): Model {
  const inputs = strokeInputs(null, conditions);
  const density = layered(config, conditions, inputs);
  return model({ inputs, outputs: { density }, name: "strokes", seed, runtime }) as Model;
}

/**
 * The same network for one point of each item at a time: points `[batch, 1, 4 + labels]`; its states are inputs and outputs, and with
 * letters how much each of them counts, `[batch, letters]`, is an output too. Weights have the same names.
 */
export function strokeStepNetwork(config: StrokeNetworkConfig, conditions: StrokeConditions): Model {
  const inputs = strokeInputs(1, conditions);
  const outputs: Record<string, SymbolicTensor> = {};
  const carry: Carry = (index, sizes) => {
    const names = stateNames(index, conditions);
    names.forEach((name, at) => {
      inputs[name] = input({ shape: [sizes[at] as number], name });
    });
    return {
      before: names.map((name) => inputs[name] as SymbolicTensor),
      after: (states) => {
        for (const [at, name] of [...names, attentionName].entries()) {
          if (states[at] !== undefined) outputs[at < names.length ? `next_${name}` : name] = states[at];
        }
      },
    };
  };
  outputs.density = layered(config, conditions, inputs, carry);
  return model({ inputs, outputs, name: "strokes_step" }) as Model;
}

function strokeInputs(
  time: number | null,
  { letters, labels }: StrokeConditions,
): Record<string, SymbolicTensor> {
  const points = input({ shape: [time, inputSize + labels], name: "points" });
  return letters === 0 ? { points } : { points, letters: input({ shape: [null, letters], name: "letters" }) };
}

/** Where the states of a layer come from and go to. */
type Carry = (
  index: number,
  sizes: readonly number[],
) => {
  readonly before: readonly SymbolicTensor[];
  readonly after: (states: readonly SymbolicTensor[]) => void;
};

/** The layers and the output, with states from step to step where they are carried. */
function layered(
  config: StrokeNetworkConfig,
  conditions: StrokeConditions,
  inputs: Readonly<Record<string, SymbolicTensor>>,
  carry?: Carry,
): SymbolicTensor {
  const { units } = config;
  const hidden: SymbolicTensor[] = [];
  let read = [inputs.points as SymbolicTensor];
  for (let index = 0; index < config.layers; index++) {
    const name = `recurrent_${index}`;
    const below = hidden.slice(-1);
    if (index === 0 && inputs.letters !== undefined) {
      const states = carry?.(index, [units, units, config.window, conditions.letters]);
      const layer = softWindow({
        ...beginning(units),
        units,
        components: config.window,
        returnState: carry !== undefined,
        name,
      });
      const [h, window, ...after] = layer([...read, inputs.letters, ...(states?.before ?? [])]);
      states?.after(after);
      hidden.push(h as SymbolicTensor);
      read = [...read, window as SymbolicTensor];
      continue;
    }
    const x = joined([...read, ...below]);
    const states = carry?.(index, [units, units]);
    const [h, ...after] = recurrent(units, name, [x, ...(states?.before ?? [])]);
    states?.after(after);
    hidden.push(h as SymbolicTensor);
  }
  const { kernelInitializer, biasInitializer } = beginning(units * hidden.length);
  const { components } = config;
  const density = mixtureDensity({
    components,
    ends: true,
    kernelInitializer,
    biasInitializer,
    name: "density",
  });
  return density(joined(hidden));
}

/**
 * How weights begin: evenly within ± 1 / √inputs, and gates half open. Beginning with open forget gates and other kernels, as layers do
 * by default, costs 0.04 nats a point after 1000 steps (measured on words: 0.382 instead of 0.338).
 */
function beginning(inputs: number) {
  const initializer = randomUniform({ minval: -1 / Math.sqrt(inputs), maxval: 1 / Math.sqrt(inputs) });
  return {
    kernelInitializer: initializer,
    recurrentInitializer: initializer,
    biasInitializer: initializer,
    unitForgetBias: false,
  };
}

/** All hidden states, then the last h and c where first ones are given. */
function recurrent(
  units: number,
  name: string,
  inputs: readonly SymbolicTensor[],
): readonly SymbolicTensor[] {
  const options = { ...beginning(units), units, returnSequences: true, name };
  return inputs.length === 1 ? [lstm(options)(inputs)] : lstm({ ...options, returnState: true })(inputs);
}

const joined = (values: readonly SymbolicTensor[]): SymbolicTensor =>
  values.length === 1 ? (values[0] as SymbolicTensor) : concatenate()(values);
