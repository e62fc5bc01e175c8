import { number, type ReadOf } from "../../../engine/options.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { dense } from "../../../nn/layers/core/dense.js";
import { embedding } from "../../../nn/layers/core/embedding.js";
import { input } from "../../../nn/layers/core/input.js";
import { concatenate } from "../../../nn/layers/merging/concatenate.js";
import { gru } from "../../../nn/layers/recurrent/gru.js";
import { dropout } from "../../../nn/layers/regularization/dropout.js";
import { type Model, model } from "../../../nn/models/model.js";
import { speechBands } from "./speechFrames.js";

/** How {@link SpeechNetworkConfig} is read. */
export const speechNetworkFields = {
  units: number({ default: 256, min: 1, max: 8192, integer: true, help: "units of the recurrent layer" }),
  layers: number({ default: 1, min: 1, max: 16, integer: true, help: "recurrent layers" }),
};

/** The shape of a network that speaks. */
export type SpeechNetworkConfig = ReadOf<typeof speechNetworkFields>;

/** How many texts and voices there are. */
export interface SpeechSizes {
  readonly texts: number;
  readonly voices: number;
}

/** Size of what is learnt of each text and voice. */
const embedded = 32;
/** Units that the frame before passes through; so many of them are dropped that the network must not only copy it. */
const narrow = 128;
const dropped = 0.5;

/** The layers that both forms of the network share; the frame before, text, voice and time to what the recurrent layers read. */
function reader({ texts, voices }: SpeechSizes) {
  const text = embedding({ inputDim: texts, outputDim: embedded, name: "embed_text" });
  const voice = embedding({ inputDim: voices, outputDim: embedded, name: "embed_voice" });
  const first = dense({ units: narrow, activation: "relu", name: "before_0" });
  const second = dense({ units: narrow, activation: "relu", name: "before_1" });
  const [drop, dropAgain] = [
    dropout({ rate: dropped, name: "drop_0" }),
    dropout({ rate: dropped, name: "drop_1" }),
  ];
  return (
    before: SymbolicTensor,
    said: SymbolicTensor,
    who: SymbolicTensor,
    time: SymbolicTensor,
  ): SymbolicTensor => concatenate()([dropAgain(second(drop(first(before)))), text(said), voice(who), time]);
}

/** Bands of the frame, as deviations from their means, and the logit of its being the last. */
function speaker() {
  const frame = dense({ units: speechBands, name: "frame" });
  const last = dense({ units: 1, name: "last" });
  return (x: SymbolicTensor): { readonly frame: SymbolicTensor; readonly last: SymbolicTensor } => ({
    frame: frame(x),
    last: last(x),
  });
}

/**
 * The frame before each, `[batch, time, 40]`, numbers of text and voice, int32 `[batch, time]`, and the time since the beginning,
 * `[batch, time, 1]`, to the frame itself, `[batch, time, 40]`, and the logit of its being the last, `[batch, time, 1]`.
 */
export function speechNetwork(
  { units, layers }: SpeechNetworkConfig,
  sizes: SpeechSizes,
  { seed, runtime }: { readonly seed: number; readonly runtime?: Runtime | undefined },
): Model {
  const before = input({ shape: [null, speechBands], name: "before" });
  const text = input({ shape: [null], dtype: "int32", name: "text" });
  const voice = input({ shape: [null], dtype: "int32", name: "voice" });
  const time = input({ shape: [null, 1], name: "time" });
  const read = reader(sizes)(before, text, voice, time);
  let x = read;
  for (let layer = 0; layer < layers; layer++)
    x = gru({ units, returnSequences: true, name: `recurrent_${layer}` })(x);
  const outputs = speaker()(concatenate()([x, read]));
  return model({ inputs: { before, text, voice, time }, outputs, name: "speech", seed, runtime }) as Model;
}

/** The same for one frame at a time; its states are inputs and outputs. Weights have the same names. */
export function speechStepNetwork({ units, layers }: SpeechNetworkConfig, sizes: SpeechSizes): Model {
  const before = input({ shape: [1, speechBands], name: "before" });
  const text = input({ shape: [1], dtype: "int32", name: "text" });
  const voice = input({ shape: [1], dtype: "int32", name: "voice" });
  const time = input({ shape: [1, 1], name: "time" });
  const inputs: Record<string, SymbolicTensor> = { before, text, voice, time };
  const outputs: Record<string, SymbolicTensor> = {};
  const read = reader(sizes)(before, text, voice, time);
  let x = read;
  for (let layer = 0; layer < layers; layer++) {
    const state = input({ shape: [units], name: `state_${layer}` });
    inputs[`state_${layer}`] = state;
    const [y, next] = gru({ units, returnSequences: true, returnState: true, name: `recurrent_${layer}` })([
      x,
      state,
    ]);
    x = y as SymbolicTensor;
    outputs[`next_state_${layer}`] = next as SymbolicTensor;
  }
  const { frame, last } = speaker()(concatenate()([x, read]));
  return model({ inputs, outputs: { ...outputs, frame, last }, name: "speech_step" }) as Model;
}
