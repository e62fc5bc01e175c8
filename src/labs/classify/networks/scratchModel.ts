import { mobileNetV2 } from "../../../nn/architectures/mobileNetV2.js";
import { resNet } from "../../../nn/architectures/resNet/resNet.js";
import { smallXception } from "../../../nn/architectures/smallXception.js";
import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { input } from "../../../nn/layers/core/input.js";
import { rescaling } from "../../../nn/layers/preprocessing/rescaling.js";
import { type Model, model } from "../../../nn/models/model.js";
import type { ScratchNetwork } from "../options.js";
import { smallNetwork } from "./smallNetwork.js";

/** The input's name in every classifier of the lab. */
export const pixelsName = "pixels";

export interface ScratchSettings {
  readonly size: readonly [height: number, width: number];
  readonly classes: number;
  readonly seed: number;
}

/**
 * A network with its first weights, which takes pixels as they are.
 *
 * @returns a model from `pixels`, float32 `[batch, height, width, 3]` from 0 to 255, to probabilities `[batch, classes]`
 * @throws ImagoError where the pictures are too small for the network
 */
export function scratchModel(network: ScratchNetwork, settings: ScratchSettings): Model {
  const { size, seed } = settings;
  const pixels = input({ shape: [...size, 3], name: pixelsName });
  const scaled = rescaling({ scale: 1 / 127.5, offset: -1 })(pixels);
  const outputs = networks[network](scaled, settings);
  return model({
    inputs: { [pixelsName]: pixels },
    outputs: { classes: outputs },
    name: network,
    seed,
  }) as Model;
}

type Emit = (x: SymbolicTensor, settings: ScratchSettings) => SymbolicTensor;

const ofArchitecture =
  (
    make: (options: {
      inputShape: readonly [number, number, number];
      classes: number;
      seed: number;
      dropout: number;
    }) => Model,
  ): Emit =>
  (x, { size, classes, seed }) => {
    const made = make({ inputShape: [...size, 3], classes, seed, dropout: 0.2 });
    return (made.asLayer() as (x: SymbolicTensor) => SymbolicTensor)(x);
  };

/**
 * With running statistics of batch normalisation that follow soon (momentum 0.9): those of Keras, 0.99 and 0.999, would hardly know
 * few pictures when they are validated on.
 */
const soon = { variant: "torch" } as const;

const networks: Readonly<Record<ScratchNetwork, Emit>> = {
  small: (x, { size, classes }) => smallNetwork(x, size, classes),
  smallXception: ofArchitecture((options) => smallXception(options) as Model),
  resnet20: ofArchitecture((options) => resNet({ ...options, ...soon, depth: 20 }) as Model),
  mobilenetV2: ofArchitecture((options) => mobileNetV2({ ...options, ...soon }) as Model),
};
