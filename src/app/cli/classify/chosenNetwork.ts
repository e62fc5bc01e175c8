import { existsSync } from "node:fs";
import { nearest } from "../../../engine/errors.js";
import type { PictureFacts } from "../../../io/images/lookAtPictures.js";
import { isModelPath } from "../../../io/models/modelName.js";
import { openClassifier } from "../../../io/models/openClassifier.js";
import { isPacked, ModelStore } from "../../../io/models/store.js";
import { type Augmentation, type ScratchNetwork, scratchNetworks } from "../../../labs/classify/options.js";
import { type TransferBase, transferBase } from "../../../labs/classify/transfer/transferBase.js";
import { inputSize } from "../../../vision/inputSize.js";
import { blaming } from "../shell/blaming.js";
import { UsageError } from "../shell/run.js";
import { augmentationFor } from "../vision/pictureFolder.js";
import { preprocessingFrom } from "../vision/preprocessingFlags.js";
import { scratchOf, type TrainFlags } from "./trainFlags.js";

/** The network that is trained, and what it makes of the pictures. */
export interface ChosenNetwork {
  readonly network: ScratchNetwork | undefined;
  readonly base: TransferBase | undefined;
  readonly size: readonly [number, number];
  readonly augment: Augmentation;
  /** Why it was chosen, where nobody said. */
  readonly why: string | undefined;
}

/** More pictures than this are learnt from scratch well enough, where nobody says otherwise. */
const fewPictures = 5000;
/** Sides of pictures that networks of others know nothing of. */
const smallSide = 64;

/** Pixels of a side from scratch, for larger pictures. */
const usualSide = 96;
const sideOfMany = 64;
const manyPictures = 20_000;

/**
 * The network that the flags name, or that suits the pictures.
 *
 * @param count pictures to learn
 * @param facts what some of them are like
 * @throws UsageError where there is no such network, and where nothing says how it wants its pictures
 */
export async function chooseNetwork(
  flags: TrainFlags,
  given: { readonly size: number | undefined; readonly augment: Augmentation | undefined },
  count: number,
  facts: PictureFacts,
): Promise<ChosenNetwork> {
  const augment = given.augment ?? augmentationFor(facts);
  const scratch = scratchOf(flags.network);
  const named = flags.network === undefined ? await pulledFor(count, facts, flags) : flags.network;
  if (scratch === undefined && named !== undefined) {
    const base = await baseOf(named, flags, given.size);
    const why =
      flags.network === undefined ? `it is here, and ${count} pictures are few to learn from` : undefined;
    return { network: undefined, base, size: base.size, augment, why };
  }
  if (preprocessingFrom(flags) !== undefined) {
    throw new UsageError(
      "--preset and what else says how a network wants its pictures are for a network of others: name it by --network.",
    );
  }
  const side = given.size ?? sideFor(count, facts);
  return { network: scratch ?? "small", base: undefined, size: [side, side], augment, why: undefined };
}

function sideFor(count: number, { side }: PictureFacts): number {
  if (side <= usualSide) return Math.max(8, side);
  return count > manyPictures ? sideOfMany : usualSide;
}

/** A classifier that was downloaded, where pictures are few and large, or a flag is of one. */
async function pulledFor(
  count: number,
  { side }: PictureFacts,
  flags: TrainFlags,
): Promise<string | undefined> {
  const isMeant = flags.freeze === true || flags.fineTune === true || flags.cut !== undefined;
  if (!isMeant && (count > fewPictures || side < smallSide)) return undefined;
  if (isMeant) return (await new ModelStore().standing()).model.name;
  const pulled = (await new ModelStore().list()).find(({ model, present }) => present && !isPacked(model));
  return pulled?.model.name;
}

async function baseOf(named: string, flags: TrainFlags, size: number | undefined): Promise<TransferBase> {
  checkNamed(named);
  const classifier = await blaming("--network", () =>
    openClassifier(named, { preprocessing: preprocessingFrom(flags) }),
  );
  const { model, preprocessing, name, assumed } = classifier;
  if (assumed) {
    throw new UsageError(
      `--network: nothing says how ${name} wants its pictures. Say it by --preset torchvision, caffe, keras or raw (or --mean, --deviation, --range and --channel-order).`,
    );
  }
  const blamed = flags.cut === undefined ? "--network" : "--cut";
  return blaming(blamed, () => {
    const sides = size === undefined ? inputSize(model, preprocessing) : ([size, size] as const);
    return transferBase(model, { preprocessing, size: sides, cut: flags.cut, name });
  });
}

/** @throws UsageError on a word that is neither a path nor a name, and looks like a network from scratch */
function checkNamed(named: string): void {
  if (isModelPath(named) || existsSync(named)) return;
  const meant = nearest(named, scratchNetworks);
  if (meant === undefined) return;
  throw new UsageError(
    `--network must be ${scratchNetworks.join(", ")}, a file or a name, received "${named}". Did you mean "${meant}"?`,
  );
}
