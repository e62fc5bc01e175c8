import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { argMax } from "../../engine/ops/argMax.js";
import { gather } from "../../engine/ops/gather.js";
import { matMul } from "../../engine/ops/matMul.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { reshape } from "../../engine/ops/reshape.js";
import { slice } from "../../engine/ops/slice.js";
import { transpose } from "../../engine/ops/transpose.js";
import { formatShape } from "../../engine/tensor/shape.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { Activations } from "../../vision/imageNetwork.js";

/** An activation to make strong. */
export interface DreamLayer {
  /** The activation's name in the model. */
  readonly name: string;
  /** Its share of the loss; negative to weaken it. Default: 1. */
  readonly weight?: number | undefined;
  /** One channel, counted from 0, instead of the whole layer. For class scores: the class. */
  readonly channel?: number | undefined;
}

/** For each layer's name the features of a guide image, `[positions, channels]`. */
export type GuideFeatures = ReadonlyMap<string, Tensor>;

/**
 * What a dream makes large: the weighted sum over layers of the mean square of their activations, as the
 * original method's objective "L2"; for a single channel its mean, so that it grows in one direction; with a guide
 * the mean over positions of the product with the guide's best matching features.
 */
export function dreamObjective(
  activations: Activations,
  layers: readonly DreamLayer[],
  guide?: GuideFeatures,
): Value {
  const terms = layers.map((layer) => {
    const value = termOf(activations.get(layer.name) as Value, layer, guide?.get(layer.name));
    return layer.weight === undefined || layer.weight === 1 ? value : mul(value, layer.weight);
  });
  return terms.reduce((a, b) => add(a, b));
}

function termOf(activation: Value, layer: DreamLayer, guide: Tensor | undefined): Value {
  if (guide !== undefined) return guideMatch(activation, guide);
  return layer.channel === undefined ? meanSquare(activation) : channelMean(activation, layer);
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

/** The features at each position as rows: `[1, channels, …]` to `[positions, channels]`. */
export function featureRows(activation: Value): Value {
  const channels = activation.size(1);
  return transpose(reshape(activation, [channels, -1]), [1, 0]);
}

/** The choice of the best match is no function with a slope, so the gradient is that of the product alone. */
function guideMatch(activation: Value, guide: Tensor): Value {
  const features = featureRows(activation);
  const known = activation.graph.constant(guide, "guide");
  const best = argMax(matMul(features, transpose(known, [1, 0])), { axis: 1 });
  return reduceMean(mul(features, gather(known, best, { axis: 0 })));
}
