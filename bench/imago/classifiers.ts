import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Generator, Graph, Tensor, type Value } from "../../src/index.js";
import { writeModel } from "../../src/onnx.js";
import * as ops from "../../src/ops.js";

/** Networks of the classic shapes with random weights by He, as `.onnx` bytes. */
const makers = { vgg19, squeezenet, googlenet };

/** The bytes of a network, made by another process, so that the making does not count as memory of this one. */
export function classifier(name: keyof typeof makers): Uint8Array {
  const script = fileURLToPath(import.meta.url);
  return execFileSync(process.execPath, [...process.execArgv, script, name], { maxBuffer: 2 ** 28 });
}

class Builder {
  readonly graph = new Graph();
  readonly #random = new Generator(7);

  image(side: number): Value {
    return this.graph.input("image", { dtype: "float32", shape: [1, 3, side, side] });
  }

  /** Convolution and relu, which keep the size unless there is a stride or no padding. */
  layer(x: Value, channels: number, side: number, stride = 1, pad = (side - 1) / 2): Value {
    const shape = [channels, x.size(1), side, side];
    const size = shape.reduce((a, b) => a * b);
    const deviation = Math.sqrt((2 * channels) / size);
    const weights = this.#random.normals(size).map((value) => value * deviation);
    const padding = { strides: [stride, stride], pads: [pad, pad, pad, pad] };
    const y = ops.conv(x, new Tensor("float32", shape, weights), Tensor.zeros([channels]), padding);
    return ops.relu(y);
  }

  pool(x: Value, side: number, stride: number, pad = 0): Value {
    const pads = [pad, pad, pad, pad];
    const size = { kernelShape: [side, side], strides: [stride, stride] };
    return ops.maxPool(x, { ...size, pads, ceilMode: pad === 0 });
  }

  named(name: string, x: Value): Value {
    this.graph.output(name, x);
    return x;
  }

  bytes(): Uint8Array {
    return writeModel(this.graph);
  }
}

/** VGG19 to conv5_1; activations `conv1_1` to `conv5_1`, after their relu. */
function vgg19(): Uint8Array {
  const net = new Builder();
  let x = net.image(256);
  for (const [stage, [channels, count]] of vggStages.entries()) {
    if (stage > 0) x = net.pool(x, 2, 2);
    for (let layer = 1; layer <= count; layer++) {
      x = net.named(`conv${stage + 1}_${layer}`, net.layer(x, channels, 3));
    }
  }
  return net.bytes();
}

const vggStages: readonly (readonly [channels: number, layers: number])[] = [
  [64, 2],
  [128, 2],
  [256, 4],
  [512, 4],
  [512, 1],
];

/** SqueezeNet 1.0 to `fire9`. */
function squeezenet(): Uint8Array {
  const net = new Builder();
  let x = net.layer(net.image(400), 96, 7, 2, 0);
  x = net.pool(x, 3, 2);
  for (const [index, [squeeze, expand]] of fires.entries()) {
    const squeezed = net.layer(x, squeeze, 1);
    x = ops.concat([net.layer(squeezed, expand, 1), net.layer(squeezed, expand, 3)], { axis: 1 });
    x = net.named(`fire${index + 2}`, x);
    if (index === 2 || index === 6) x = net.pool(x, 3, 2);
  }
  return net.bytes();
}

const fires: readonly (readonly [squeeze: number, expand: number])[] = [
  [16, 64],
  [16, 64],
  [32, 128],
  [32, 128],
  [48, 192],
  [48, 192],
  [64, 256],
  [64, 256],
];

/** GoogLeNet to `inception5b`, without its normalisations, as exported with them folded into convolutions. */
function googlenet(): Uint8Array {
  const net = new Builder();
  let x = net.pool(net.layer(net.image(400), 64, 7, 2), 3, 2);
  x = net.pool(net.layer(net.layer(x, 64, 1), 192, 3), 3, 2);
  for (const [name, [one, reduce3, three, reduce5, five, pooled]] of Object.entries(inceptions)) {
    const branches = [
      net.layer(x, one, 1),
      net.layer(net.layer(x, reduce3, 1), three, 3),
      net.layer(net.layer(x, reduce5, 1), five, 5),
      net.layer(net.pool(x, 3, 1, 1), pooled, 1),
    ];
    x = net.named(`inception${name}`, ops.concat(branches, { axis: 1 }));
    if (name === "3b" || name === "4e") x = net.pool(x, 3, 2);
  }
  return net.bytes();
}

type Widths = readonly [
  one: number,
  reduce3: number,
  three: number,
  reduce5: number,
  five: number,
  pooled: number,
];

const inceptions: Readonly<Record<string, Widths>> = {
  "3a": [64, 96, 128, 16, 32, 32],
  "3b": [128, 128, 192, 32, 96, 64],
  "4a": [192, 96, 208, 16, 48, 64],
  "4b": [160, 112, 224, 24, 64, 64],
  "4c": [128, 128, 256, 24, 64, 64],
  "4d": [112, 144, 288, 32, 64, 64],
  "4e": [256, 160, 320, 32, 128, 128],
  "5a": [256, 160, 320, 32, 128, 128],
  "5b": [384, 192, 384, 48, 128, 128],
};

/** An image of noise, `[side, side, 3]` from 0 to 255. */
export function noise(side: number, seed: number): Tensor<"float32"> {
  const values = new Generator(seed).uniforms(side * side * 3).map((value) => value * 255);
  return new Tensor("float32", [side, side, 3], values);
}

const wanted = process.argv[2];
if (process.argv[1] === fileURLToPath(import.meta.url) && wanted !== undefined && wanted in makers) {
  process.stdout.write(makers[wanted as keyof typeof makers]());
}
