import { activation } from "../layers/activation/activation.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { conv2d } from "../layers/convolution/conv2d.js";
import { separableConv2d } from "../layers/convolution/separableConv2d.js";
import { add } from "../layers/merging/add.js";
import { batchNormalization } from "../layers/normalization/batchNormalization.js";
import { maxPooling2d } from "../layers/pooling/maxPooling2d.js";
import { assemble, type ImageModel, type Part } from "./assemble.js";
import { scaled } from "./channels.js";
import { KerasNames } from "./names.js";
import { type ArchitectureOptions, readArchitecture } from "./options.js";

/**
 * Xception: depthwise separable convolutions with residual connections. 22,910,480 weights. (Chollet, "Xception: deep learning with
 * depthwise separable convolutions", 2017.) Layers, names and weights are those of Keras's `Xception`.
 *
 * Takes `[batch, height, width, channels]`, usually 299 × 299 and at least 71 × 71, from −1 to 1 (pixels / 127.5 − 1). Gives `[batch,
 * classes]`, or without the top the features `[batch, about height / 32, about width / 32, 2048]`.
 *
 * @throws ImagoError on an unknown option, one out of range, and an image too small
 */
export function xception(options: ArchitectureOptions = {}): ImageModel {
  const settings = readArchitecture("xception", options, { size: 299, minimum: 71 }, {});
  const kit = { channels: scaled(settings.width), names: new KerasNames() };
  const features: Part = (image) => exit(kit)(middle(kit)(entry(kit)(image)));
  return assemble(settings, { name: "xception", features, mean: "avg_pool" });
}

interface Kit {
  readonly channels: (channels: number) => number;
  readonly names: KerasNames;
}

const act = (name: string): Part => activation({ activation: "relu", name });

function entry(kit: Kit): Part {
  const stem = (name: string, filters: number, strides: number): Part => {
    const conv = conv2d({ filters: kit.channels(filters), kernelSize: 3, strides, useBias: false, name });
    const [normalise, rectify] = [batchNormalization({ name: `${name}_bn` }), act(`${name}_act`)];
    return (x) => rectify(normalise(conv(x)));
  };
  return (image) => {
    const x = stem("block1_conv2", 64, 1)(stem("block1_conv1", 32, 2)(image));
    const y = halved(kit, "block2", [128, 128])(x);
    return halved(kit, "block4", [728, 728])(halved(kit, "block3", [256, 256])(y));
  };
}

function middle(kit: Kit): Part {
  return (x) => {
    let y = x;
    for (let at = 5; at <= 12; at++) {
      const steps = [1, 2, 3].map((step) => rectified(kit, `block${at}_sepconv${step}`, 728));
      const changed = steps.reduce((z, step) => step(z), y);
      y = add({ name: kit.names.next("add") })([changed, y]);
    }
    return y;
  };
}

function exit(kit: Kit): Part {
  return (x) => {
    let y = halved(kit, "block13", [728, 1024])(x);
    for (const [name, filters] of [
      ["block14_sepconv1", 1536],
      ["block14_sepconv2", 2048],
    ] as const) {
      y = act(`${name}_act`)(separable(kit, name, filters)(y));
    }
    return y;
  };
}

function separable({ channels }: Kit, name: string, count: number): Part {
  const conv = separableConv2d({
    filters: channels(count),
    kernelSize: 3,
    padding: "same",
    useBias: false,
    name,
  });
  const normalise = batchNormalization({ name: `${name}_bn` });
  return (x) => normalise(conv(x));
}

function rectified(kit: Kit, name: string, count: number): Part {
  const [rectify, convolve] = [act(`${name}_act`), separable(kit, name, count)];
  return (x) => convolve(rectify(x));
}

/** Two separable convolutions at half the size, and a way around them. Block 2 comes from a rectifier and has no other in front. */
function halved(kit: Kit, block: string, [first, second]: readonly [number, number]): Part {
  return (x) => {
    const filters = kit.channels(second);
    const name = kit.names.next("conv2d");
    const half = { kernelSize: 1, strides: 2, padding: "same", useBias: false } as const;
    const around: SymbolicTensor = batchNormalization({ name: kit.names.next("batch_normalization") })(
      conv2d({ ...half, filters, name })(x),
    );
    const begin = block === "block2" ? separable : rectified;
    const y = rectified(kit, `${block}_sepconv2`, second)(begin(kit, `${block}_sepconv1`, first)(x));
    const pool = { poolSize: 3, strides: 2, padding: "same" } as const;
    const pooled = maxPooling2d({ ...pool, name: `${block}_pool` })(y);
    return add({ name: kit.names.next("add") })([pooled, around]);
  };
}
