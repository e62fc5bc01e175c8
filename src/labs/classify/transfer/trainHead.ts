import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { LayerFunction } from "../../../nn/layers/base/layer.js";
import { type Dense, dense } from "../../../nn/layers/core/dense.js";
import { input } from "../../../nn/layers/core/input.js";
import { type Normalization, normalization } from "../../../nn/layers/preprocessing/normalization.js";
import { model } from "../../../nn/models/model.js";
import { adam } from "../../../nn/optimizers/adam.js";
import { cosineDecay } from "../../../nn/optimizers/schedules/cosineDecay.js";
import { l2 } from "../../../nn/regularizers/l2.js";
import type { LabelledFeatures } from "./computeFeatures.js";

/** The layers behind a base's features. Called on symbolic tensors, they share their weights. */
export interface HeadLayers {
  /** To mean 0 and variance 1, as the training pictures have them. */
  readonly standardised: LayerFunction<Normalization>;
  /** Probabilities. */
  readonly classes: LayerFunction<Dense>;
}

export interface HeadSettings {
  readonly classes: number;
  readonly seed: number;
  /** A weight for each class; `undefined` for none. */
  readonly classWeight: Readonly<Record<number, number>> | undefined;
  readonly signal: AbortSignal | undefined;
}

/** How much large weights cost: the one that does best on the validation pictures is taken. */
const penalties = [0.003, 0.01, 0.03, 0.1, 0.3];
/** Where there is nothing to choose by. */
const usualPenalty = 0.03;
/** Fewer validation pictures say too little to choose by. */
const leastToChoose = 20;

const batchSize = 64;
/** Steps that few pictures need until the loss, which is convex, is at its least; many come round in fewer passes. */
const leastSteps = 800;
const leastEpochs = 6;

/** What a trained head is, and how it was chosen. */
export interface TrainedHead {
  readonly layers: HeadLayers;
  readonly penalty: number;
  /** On the validation pictures; absent where there are none. */
  readonly validation: { readonly loss: number; readonly accuracy: number } | undefined;
}

/**
 * Logistic regression on features: a linear layer with a penalty on large weights (Σ w² times a half of the penalty), chosen among
 * a few by the validation pictures.
 *
 * @throws the signal's reason when it aborts
 */
export async function trainHead(
  train: LabelledFeatures,
  validation: LabelledFeatures | undefined,
  settings: HeadSettings,
): Promise<TrainedHead> {
  const enough = validation !== undefined && validation.y.size >= leastToChoose;
  const tried: TrainedHead[] = [];
  for (const penalty of enough ? penalties : [usualPenalty]) {
    settings.signal?.throwIfAborted();
    tried.push(await fitHead(train, validation, penalty, settings));
  }
  settings.signal?.throwIfAborted();
  const loss = (head: TrainedHead): number => head.validation?.loss ?? 0;
  return tried.reduce((best, head) => (loss(head) < loss(best) ? head : best));
}

async function fitHead(
  { x, y }: LabelledFeatures,
  validation: LabelledFeatures | undefined,
  penalty: number,
  { classes, seed, classWeight, signal }: HeadSettings,
): Promise<TrainedHead> {
  const features = input({ shape: [x.sizeAt(1)], name: "features" });
  const layers: HeadLayers = {
    standardised: normalization({ ...momentsOf(x), name: "standardised" }),
    classes: dense({
      units: classes,
      activation: "softmax",
      kernelInitializer: "zeros",
      kernelRegularizer: l2({ l2: penalty / 2 }),
      name: "classes",
    }),
  };
  const head = model({ inputs: features, outputs: layers.classes(layers.standardised(features)), seed });
  const steps = Math.ceil(y.size / batchSize);
  const epochs = Math.max(leastEpochs, Math.ceil(leastSteps / steps));
  const learningRate = cosineDecay({ initialLearningRate: 0.01, decaySteps: epochs * steps });
  head.compile({ optimizer: adam({ learningRate }), loss: "sparseCategoricalCrossentropy" });
  await head.fit(x as never, y as never, { epochs, batchSize, classWeight, signal });
  if (validation === undefined) return { layers, penalty, validation: undefined };
  head.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  const figures = await head.evaluate(validation.x as never, validation.y as never, { batchSize: 256 });
  await head.dispose();
  const { accuracy = 0 } = figures;
  return { layers, penalty, validation: { loss: figures.loss as number, accuracy } };
}

/** How small a feature's variance counts at least, as a fraction of the mean variance of all. */
const floor = 1e-3;

/** Mean and variance of each feature. One that hardly changed would blow up what it shows of other pictures, so it has a floor. */
function momentsOf(x: Tensor): { readonly mean: readonly number[]; readonly variance: readonly number[] } {
  const [rows, columns] = [x.sizeAt(0), x.sizeAt(1)];
  const numbers = x.data as Float32Array;
  const mean = new Array<number>(columns).fill(0);
  const variance = new Array<number>(columns).fill(0);
  for (let at = 0; at < numbers.length; at++)
    mean[at % columns] = (mean[at % columns] as number) + (numbers[at] as number) / rows;
  for (let at = 0; at < numbers.length; at++) {
    const distance = (numbers[at] as number) - (mean[at % columns] as number);
    variance[at % columns] = (variance[at % columns] as number) + distance ** 2 / rows;
  }
  const least = Math.max(1e-12, (floor * variance.reduce((sum, one) => sum + one, 0)) / columns);
  return { mean, variance: variance.map((one) => Math.max(one, least)) };
}
