import type { Model } from "../../../nn/models/model.js";
import type { PictureData } from "../pictureData.js";
import { balancedWeights } from "../training/weightedSource.js";
import { computeFeatures, type FeatureStore, joined, type LabelledFeatures } from "./computeFeatures.js";
import { featureModel } from "./featureModel.js";
import { type TrainedHead, trainHead } from "./trainHead.js";
import type { TransferBase } from "./transferBase.js";
import { transferModel } from "./transferModel.js";

export interface TransferHeadSettings {
  readonly seed: number;
  readonly isBalanced: boolean;
  /** Whether pictures are learnt mirrored too. */
  readonly isMirrored: boolean;
  /** Where features stay, by what they are of. */
  readonly store: (part: string) => FeatureStore | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onPictures: (done: number, total: number) => void;
}

/**
 * A head on a frozen base: features are computed once, and the head is trained on them.
 *
 * @throws the signal's reason when it aborts
 */
export async function transferHead(
  base: TransferBase,
  { train, validation, classes }: PictureData,
  { seed, isBalanced, isMirrored, store, signal, onPictures }: TransferHeadSettings,
): Promise<{ readonly model: Model; readonly head: TrainedHead }> {
  const total = train.size * (isMirrored ? 2 : 1) + validation.size;
  let done = 0;
  const features = featureModel(base);
  const of = (pictures: typeof train, part: string, mirrored: boolean): Promise<LabelledFeatures> =>
    computeFeatures(features, pictures, {
      ...{ store: store(part), mirrored, signal },
      onPictures: (count) => {
        done += count;
        onPictures(done, total);
      },
    });
  const plain = await of(train, "train", false);
  const all = isMirrored ? joined([plain, await of(train, "train-mirrored", true)]) : plain;
  const heldOut = validation.size === 0 ? undefined : await of(validation, "validation", false);
  await features.dispose();
  const classWeight = isBalanced ? balancedWeights(train.counts) : undefined;
  const head = await trainHead(all, heldOut, { classes: classes.length, seed, classWeight, signal });
  return { model: transferModel(base, head.layers, { trainable: false, seed }), head };
}
