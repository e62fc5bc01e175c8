import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { slice } from "../../engine/ops/slice.js";
import { formatShape } from "../../engine/tensor/shape.js";
import type { Activations } from "../vision/imageNetwork.js";

/** An activation to make strong. */
export interface DreamLayer {
  /** The activation's name in the model. */
  readonly name: string;
  /** Its share of the loss; negative to weaken it. Default: 1. */
  readonly weight?: number | undefined;
  /** One channel, counted from 0, instead of the whole layer. For class scores: the class. */
  readonly channel?: number | undefined;
}

/**
 * What a dream makes large: the weighted sum over layers of the mean square of their activations, as the
 * original method's objective "L2"; for a single channel its mean, so that it grows in one direction.
 */
export function dreamObjective(activations: Activations, layers: readonly DreamLayer[]): Value {
  const terms = layers.map((layer) => {
    const activation = activations.get(layer.name) as Value;
    const value = layer.channel === undefined ? meanSquare(activation) : channelMean(activation, layer);
    return layer.weight === undefined || layer.weight === 1 ? value : mul(value, layer.weight);
  });
  return terms.reduce((a, b) => add(a, b));
}

function meanSquare(activation: Value): Value {
  return reduceMean(mul(activation, activation));
}

function channelMean(activation: Value, { name, channel = 0 }: DreamLayer): Value {
  const channels = activation.shape[1] ?? 0;
  if (!Number.isInteger(channel) || channel < 0 || channel >= channels) {
    throw new ImagoError(
      `dream: layer "${name}" is ${formatShape(activation.shape)} and has no channel ${channel}; channels are 0 to ${channels - 1}`,
    );
  }
  return reduceMean(slice(activation, { starts: [channel], ends: [channel + 1], axes: [1] }));
}
