import { resNet } from "../../../src/architectures.js";
import { optimizers } from "../../../src/index.js";
import { imageModel, means } from "./classifier.js";
import { cnn } from "./cnn.js";
import { fineTuned } from "./fineTuned.js";
import { inception } from "./inception.js";
import { separable } from "./separable.js";

/** The networks by the names that the peers know them by, on images of a side. */
const networks = {
  "separable-cnn": (side: number) => imageModel(separable, side),
  cnn: (side: number) => imageModel(means(cnn(true)), side),
  "cnn-plain": (side: number) => imageModel(means(cnn(false)), side),
  resnet20: (side: number) =>
    resNet({ depth: 20, variant: "torch", shortcut: "projection", inputShape: [side, side, 3] }),
  inception: (side: number) => imageModel(means(inception), side, 128),
  "finetune-squeezenet-head": (side: number) => fineTuned(side, false),
  "finetune-squeezenet-whole": (side: number) => fineTuned(side, true),
};

/** A compiled network on images `[batch, side, side, channels]`, with one-hot targets. */
export function pictureNetwork(name: string, side: number): ReturnType<typeof imageModel> {
  const make = networks[name as keyof typeof networks];
  if (make === undefined) throw new Error(`there is no network ${name}`);
  const network = make(side);
  network.compile({
    optimizer: name === "separable-cnn" ? "rmsprop" : sgd(),
    loss: "categoricalCrossentropy",
  });
  return network;
}

/** What all but the course's network are trained by. */
export const sgd = () => optimizers.sgd({ learningRate: 0.01, momentum: 0.9 });
