import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { globalAveragePooling2d } from "../layers/pooling/globalAveragePooling2d.js";
import { globalMaxPooling2d } from "../layers/pooling/globalMaxPooling2d.js";
import { dropout } from "../layers/regularization/dropout.js";
import { type Model, model } from "../models/model.js";
import type { Settings } from "./options.js";

/** What every architecture makes: from images `[batch, height, width, channels]` to one tensor. */
export type ImageModel = Model<SymbolicTensor, SymbolicTensor>;

/** A part of a network. */
export type Part = (x: SymbolicTensor) => SymbolicTensor;

/** What a network is, apart from what the options say. */
export interface Network {
  /** The model's name, where the options give none. */
  readonly name: string;
  /** From the images to the features. */
  readonly features: Part;
  /** Names of the poolings without the top. Default: those that Keras counts. */
  readonly average?: string | undefined;
  readonly max?: string | undefined;
  /** The name of the mean in front of the classifier. Default: `average`. */
  readonly mean?: string | undefined;
  /** The classifier. Default: the mean over all places, dropout, and one fully connected layer. */
  readonly top?: Part | undefined;
}

/** Names by counting, where a network gives its poolings none. */
const counted = { average: "global_average_pooling2d", max: "global_max_pooling2d" };

/** A model of the features and what stands behind them. */
export function assemble(settings: Settings, network: Network): ImageModel {
  const { inputShape, includeTop, name = network.name, seed, runtime } = settings;
  const image = input({ shape: inputShape, name: "input_layer" });
  const end = includeTop ? (network.top ?? classifier(settings, network)) : pooled(settings, network);
  return model({ inputs: image, outputs: end(network.features(image)), name, seed, runtime });
}

function pooled({ pooling }: Settings, { average = counted.average, max = counted.max }: Network): Part {
  if (pooling === "avg") return globalAveragePooling2d({ name: average });
  return pooling === "max" ? globalMaxPooling2d({ name: max }) : (x) => x;
}

function classifier(settings: Settings, { average = counted.average, mean = average }: Network): Part {
  const { classes, classifierActivation: activation } = settings;
  const last = dense({ units: classes, activation, name: "predictions" });
  return (x) => last(dropped(settings)(globalAveragePooling2d({ name: mean })(x)));
}

/** Dropout in front of a classifier; nothing at all where nothing is dropped. */
export function dropped({ dropout: rate }: Settings, name = "dropout"): Part {
  return rate === 0 ? (x) => x : dropout({ rate, name });
}
