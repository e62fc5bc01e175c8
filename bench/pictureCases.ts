import { join } from "node:path";
import type { Case } from "./cases.js";
import { drawPictures } from "./pictureFolder.js";
import { keras, kerasEpochs, ours, torchEpochs, torchPictures } from "./runners.js";

/** A training step of one of the networks of pictures, which all peers know by its name. */
interface Step {
  readonly network: string;
  readonly side: number;
  readonly batch: number;
  readonly warmUp: number;
  readonly count: number;
  readonly what: string;
  /** Ours takes batch normalisation's statistics of each part of a batch, which the peers do not. */
  readonly partStatistics?: true;
}

const steps: readonly Step[] = [
  {
    network: "separable-cnn",
    side: 64,
    batch: 32,
    warmUp: 3,
    count: 10,
    what: "the course's network of separable convolutions, RMSprop",
  },
  {
    network: "cnn",
    side: 32,
    batch: 64,
    warmUp: 5,
    count: 30,
    what: "convolutions 3×3 of 32, 32, 64, 64, 128, pooling by maxima after the 2nd and 4th, SGD with momentum",
  },
  {
    network: "cnn-plain",
    side: 32,
    batch: 64,
    warmUp: 3,
    count: 15,
    what: "the same without pooling",
  },
  {
    network: "resnet20",
    side: 32,
    batch: 64,
    warmUp: 3,
    count: 20,
    what: "He's ResNet-20 with projections, batch normalisation, SGD with momentum",
  },
  {
    network: "resnet20",
    side: 32,
    batch: 64,
    warmUp: 3,
    count: 20,
    what: "the same, ours in parts with statistics of each part",
    partStatistics: true,
  },
  {
    network: "inception",
    side: 35,
    batch: 16,
    warmUp: 3,
    count: 20,
    what: "the course's four branches on 35×35×128, SGD with momentum",
  },
  {
    network: "finetune-squeezenet-head",
    side: 224,
    batch: 16,
    warmUp: 2,
    count: 12,
    what: "SqueezeNet's shape with its features frozen, a new head of 10 classes",
  },
  {
    network: "finetune-squeezenet-whole",
    side: 224,
    batch: 16,
    warmUp: 2,
    count: 6,
    what: "the same, all of it trained",
  },
];

function stepCase({ network, side, batch, warmUp, count, what, partStatistics }: Step): Case {
  const args = [network, ...[side, batch, warmUp, count].map(String)];
  return {
    name: partStatistics ? `${network}-parts-step` : `${network}-step`,
    unit: "ms",
    what: `training step: batch ${batch}, ${side}×${side}, ${what}`,
    imago: ours("pictureStep", ...args, ...(partStatistics ? ["partStatistics"] : [])),
    peers: [...torchPictures("torchPictureStep", ...args), keras("kerasPictureStep", ...args)],
  };
}

export const pictureCases: readonly Case[] = [
  ...steps.map(stepCase),
  {
    name: "epoch-pictures",
    unit: "ms/picture",
    what: "whole epochs of the cnn at 64×64 on a folder of 640 JPEGs, with flips and shifts, batch 64",
    prepare: (folder) => drawPictures(join(folder, "pictures"), { classes: 20, each: 32, side: 64 }),
    imago: ours("epochPictures"),
    peers: [...torchEpochs("torchEpoch"), ...kerasEpochs("kerasEpoch")],
  },
];
