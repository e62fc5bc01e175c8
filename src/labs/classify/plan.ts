import type { Augmentation, ClassifySettings, ScratchNetwork } from "./options.js";
import type { PictureChanges } from "./pictureData.js";

/** What decides how a network is trained, where nobody says it. */
export interface PlanFacts {
  /** Pictures to train on. */
  readonly pictures: number;
  readonly isTransfer: boolean;
}

/** How a network is trained. Plain JSON: it is saved with the network, so that a resumed run does the same. */
export interface TrainingPlan {
  readonly network: ScratchNetwork | "transfer";
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly augment: Augmentation;
  readonly patience: number;
}

/** Pictures that a network from scratch sees in all, where it has few; so that 60,000 digits come eight times. */
const seenInAll = 480_000;

/** The plan that options and the number of pictures make. */
export function planTraining(settings: ClassifySettings, { pictures, isTransfer }: PlanFacts): TrainingPlan {
  const epochs = settings.epochs ?? (isTransfer ? fineTuneEpochs(pictures) : scratchEpochs(pictures));
  return {
    network: isTransfer ? "transfer" : (settings.network ?? "small"),
    epochs,
    batchSize: settings.batchSize ?? batchFor(pictures, isTransfer),
    learningRate: settings.learningRate ?? (isTransfer ? 6e-4 : 3e-3),
    augment: settings.augment ?? "photo",
    patience: settings.patience ?? patienceOf(epochs),
  };
}

export const patienceOf = (epochs: number): number => Math.max(5, Math.ceil(epochs / 3));

const between = (low: number, value: number, high: number): number =>
  Math.max(low, Math.min(high, Math.round(value)));

const scratchEpochs = (pictures: number): number => between(8, seenInAll / pictures, 60);
const fineTuneEpochs = (pictures: number): number => between(3, 6000 / pictures, 16);

/** Small sets need steps more than they need exact gradients. */
function batchFor(pictures: number, isTransfer: boolean): number {
  if (isTransfer) return pictures < 2000 ? 16 : 32;
  return pictures < 1000 ? 16 : pictures < 10_000 ? 32 : 64;
}

const changes: Readonly<Record<Augmentation, PictureChanges | false>> = {
  none: false,
  light: { shift: 0.08, zoom: 0.1, rotation: 8 },
  photo: { flip: true, shift: 0.1, zoom: 0.2, rotation: 8, brightness: 0.15, contrast: 0.2 },
};

/** What an augmentation does to pictures. */
export const changesOf = (augment: Augmentation): PictureChanges | false => changes[augment];
