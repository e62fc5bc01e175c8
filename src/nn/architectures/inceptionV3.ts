import { activation } from "../layers/activation/activation.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { conv2d } from "../layers/convolution/conv2d.js";
import { concatenate } from "../layers/merging/concatenate.js";
import { batchNormalization } from "../layers/normalization/batchNormalization.js";
import { averagePooling2d } from "../layers/pooling/averagePooling2d.js";
import { maxPooling2d } from "../layers/pooling/maxPooling2d.js";
import { assemble, type ImageModel, type Part } from "./assemble.js";
import { scaled } from "./channels.js";
import { KerasNames } from "./names.js";
import { type ArchitectureOptions, readArchitecture } from "./options.js";

/**
 * Inception v3: blocks of branches with kernels of several sizes, large ones as a row and a column. 23,851,784 weights. (Szegedy et al.,
 * "Rethinking the Inception architecture for computer vision", 2015.) Layers, names and weights are those of Keras's `InceptionV3`:
 * without the auxiliary classifier, batch normalisations without gamma.
 *
 * Takes `[batch, height, width, channels]`, usually 299 × 299 and at least 75 × 75, from −1 to 1 (pixels / 127.5 − 1). Gives `[batch,
 * classes]`, or without the top the features `[batch, about height / 32 − 1, about width / 32 − 1, 2048]`.
 *
 * @throws ImagoError on an unknown option, one out of range, and an image too small
 */
export function inceptionV3(options: ArchitectureOptions = {}): ImageModel {
  const settings = readArchitecture("inceptionV3", options, { size: 299, minimum: 75 }, {});
  const kit = new Kit(scaled(settings.width));
  const features: Part = (image) => [stem, fine, middle, coarse].reduce((x, stage) => stage(kit, x), image);
  return assemble(settings, { name: "inception_v3", features, mean: "avg_pool" });
}

type Size = number | readonly [height: number, width: number];

/** One step of a branch: filters, kernel, and whether it halves the size. */
type Step = readonly [filters: number, kernel: Size, half?: "half"];

/** Makes layers under the names that Keras counts. */
class Kit {
  readonly #names = new KerasNames();
  readonly #channels: (channels: number) => number;

  constructor(channels: (channels: number) => number) {
    this.#channels = channels;
  }

  conv(
    x: SymbolicTensor,
    [count, kernelSize, half]: Step,
    padding: "same" | "valid" = "same",
  ): SymbolicTensor {
    const halved = half === undefined ? { padding } : ({ strides: 2, padding: "valid" } as const);
    const own = {
      filters: this.#channels(count),
      kernelSize,
      useBias: false,
      name: this.#names.next("conv2d"),
    };
    const y = conv2d({ ...own, ...halved })(x);
    const normalised = batchNormalization({ scale: false, name: this.#names.next("batch_normalization") })(y);
    return activation({ activation: "relu", name: this.#names.next("activation") })(normalised);
  }

  branch(x: SymbolicTensor, ...steps: readonly Step[]): SymbolicTensor {
    return steps.reduce((y, step) => this.conv(y, step), x);
  }

  max(x: SymbolicTensor): SymbolicTensor {
    return maxPooling2d({ poolSize: 3, strides: 2, name: this.#names.next("max_pooling2d") })(x);
  }

  /** The mean of each place's neighbours, and a convolution. */
  mean(x: SymbolicTensor, filters: number): SymbolicTensor {
    const name = this.#names.next("average_pooling2d");
    return this.conv(averagePooling2d({ poolSize: 3, strides: 1, padding: "same", name })(x), [filters, 1]);
  }

  join(branches: readonly SymbolicTensor[], name = this.#names.next("concatenate")): SymbolicTensor {
    return concatenate({ name })(branches);
  }
}

function stem(kit: Kit, image: SymbolicTensor): SymbolicTensor {
  const x = kit.conv(kit.conv(image, [32, 3, "half"]), [32, 3], "valid");
  const y = kit.max(kit.conv(x, [64, 3]));
  return kit.max(kit.conv(kit.conv(y, [80, 1], "valid"), [192, 3], "valid"));
}

/** mixed0 to mixed2, and mixed3, which halves the size. */
function fine(kit: Kit, given: SymbolicTensor): SymbolicTensor {
  const x = [32, 64, 64].reduce(
    (y, pooled, at) =>
      kit.join(
        [
          kit.branch(y, [64, 1]),
          kit.branch(y, [48, 1], [64, 5]),
          kit.branch(y, [64, 1], [96, 3], [96, 3]),
          kit.mean(y, pooled),
        ],
        `mixed${at}`,
      ),
    given,
  );
  const branches = [kit.branch(x, [384, 3, "half"]), kit.branch(x, [64, 1], [96, 3], [96, 3, "half"])];
  return kit.join([...branches, kit.max(x)], "mixed3");
}

const row: Size = [1, 7];
const column: Size = [7, 1];

/** mixed4 to mixed7, and mixed8, which halves the size. */
function middle(kit: Kit, given: SymbolicTensor): SymbolicTensor {
  const x = [128, 160, 160, 192].reduce(
    (y, n, at) =>
      kit.join(
        [
          kit.branch(y, [192, 1]),
          kit.branch(y, [n, 1], [n, row], [192, column]),
          kit.branch(y, [n, 1], [n, column], [n, row], [n, column], [192, row]),
          kit.mean(y, 192),
        ],
        `mixed${at + 4}`,
      ),
    given,
  );
  const branches = [
    kit.branch(x, [192, 1], [320, 3, "half"]),
    kit.branch(x, [192, 1], [192, row], [192, column], [192, 3, "half"]),
  ];
  return kit.join([...branches, kit.max(x)], "mixed8");
}

/** mixed9 and mixed10, whose branches fork into a row and a column. */
function coarse(kit: Kit, given: SymbolicTensor): SymbolicTensor {
  const fork = (x: SymbolicTensor): readonly SymbolicTensor[] => [
    kit.conv(x, [384, [1, 3]]),
    kit.conv(x, [384, [3, 1]]),
  ];
  return [9, 10].reduce((x, at) => {
    const plain = kit.branch(x, [320, 1]);
    const simple = kit.join(fork(kit.branch(x, [384, 1])), `mixed9_${at - 9}`);
    const double = kit.join(fork(kit.branch(x, [448, 1], [384, 3])));
    return kit.join([plain, simple, double, kit.mean(x, 192)], `mixed${at}`);
  }, given);
}
