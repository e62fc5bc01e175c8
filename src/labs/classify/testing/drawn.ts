import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { Graph, type Value } from "../../../engine/graph/graph.js";
import { writeModel } from "../../../engine/onnx/write/write.js";
import { batchNormalization } from "../../../engine/ops/batchNormalization.js";
import { conv } from "../../../engine/ops/conv/conv.js";
import { gemm } from "../../../engine/ops/gemm.js";
import { maxPool } from "../../../engine/ops/pool/maxPool.js";
import { reduceMean } from "../../../engine/ops/reduceMean.js";
import { relu } from "../../../engine/ops/relu.js";
import { softmax } from "../../../engine/ops/softmax.js";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { LabelledPictures, PictureBatches, PictureData } from "../pictureData.js";

/** What each class shows: stripes across, stripes down, and a spot. */
export const drawnClasses = ["across", "down", "spot"] as const;

/** A picture of a class with noise, uint8 `[side, side, 3]`. */
export function drawn(label: number, side: number, random: Generator): Uint8Array {
  const pixels = new Uint8Array(side * side * 3);
  const [phase, period] = [random.uniform() * 4, 4 + 2 * random.uniform()];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const distance = Math.hypot(x - side / 2, y - side / 2);
      const shown = [
        Math.sin((6.28 * y) / period + phase),
        Math.sin((6.28 * x) / period + phase),
        distance < side / 3 ? 1 : -1,
      ];
      for (let channel = 0; channel < 3; channel++) {
        const value = 128 + 60 * (shown[label] as number) + 40 * (random.uniform() - 0.5) + 10 * channel;
        pixels[(y * side + x) * 3 + channel] = value;
      }
    }
  }
  return pixels;
}

interface DrawnOptions {
  readonly each: number;
  readonly side: number;
  readonly seed?: number;
}

/** Pictures in memory, a number of each class. */
export function drawnPart({ each, side, seed = 0 }: DrawnOptions): LabelledPictures {
  const random = new Generator(seed);
  const items = Array.from({ length: each * drawnClasses.length }, (_, index) => ({
    label: index % drawnClasses.length,
    path: `${drawnClasses[index % drawnClasses.length]}/${index}.png`,
  }));
  const pictures = items.map(({ label }) => drawn(label, side, random));
  return {
    size: items.length,
    counts: drawnClasses.map(() => each),
    items,
    batches: ({ batchSize = 32, shuffle = true, seed: own = 0 } = {}) => {
      const steps = Math.ceil(items.length / batchSize);
      const from = async function* (epoch: number, skip = 0) {
        const order = shuffle ? new Generator(own).split(epoch).permutation(items.length) : undefined;
        for (let step = skip; step < steps; step++) {
          const rows = Array.from(
            { length: Math.min(batchSize, items.length - step * batchSize) },
            (_, at) => {
              const place = step * batchSize + at;
              return order?.[place] ?? place;
            },
          );
          const x = Tensor.zeros([rows.length, side, side, 3]);
          for (const [at, row] of rows.entries())
            x.data.set(pictures[row] as Uint8Array, at * side * side * 3);
          const y = Int32Array.from(rows, (row) => items[row]?.label ?? 0);
          yield [x, new Tensor("int32", [rows.length], y)] as const;
        }
      };
      return Object.assign(from, {
        steps,
        stats: { pictures: 0, waitedMs: 0, elapsedMs: 0 },
      }) as PictureBatches;
    },
  };
}

/** Pictures to learn and to validate on. */
export function drawnData(options: Partial<DrawnOptions> = {}): PictureData {
  const { each = 16, side = 16, seed = 0 } = options;
  return {
    classes: drawnClasses,
    size: [side, side],
    fit: "cover",
    background: [255, 255, 255],
    train: drawnPart({ each, side, seed }),
    validation: drawnPart({ each: 8, side, seed: seed + 1 }),
  };
}

/** Class folders of PNG files. */
export async function drawnFolder(folder: string, { each, side, seed = 0 }: DrawnOptions): Promise<void> {
  const random = new Generator(seed);
  for (const [label, name] of drawnClasses.entries()) {
    await mkdir(join(folder, name), { recursive: true });
    for (let index = 0; index < each; index++) {
      const raw = { width: side, height: side, channels: 3 } as const;
      const bytes = await sharp(drawn(label, side, random), { raw })
        .png()
        .toBuffer();
      await writeFile(join(folder, name, `${index}.png`), bytes);
    }
  }
}

/**
 * A classifier of five classes as others might export it: channels first, random features that tell the drawn classes apart, a
 * linear head.
 *
 * @param isNormalised whether its convolutions have batch normalisation behind them, with statistics of other pictures
 */
export function foreignClassifier(side = 16, isNormalised = false): Uint8Array {
  const random = new Generator(3);
  const graph = new Graph();
  const weights = (shape: readonly number[], scale: number): Tensor =>
    new Tensor(
      "float32",
      shape,
      random.normals(shape.reduce((a, b) => a * b, 1)).map((one) => one * scale),
    );
  const block = (x: Value, filters: number): Value => {
    const inside = x.size(1);
    const kernel = weights([filters, inside, 3, 3], Math.sqrt(2 / (9 * inside)));
    const y = conv(x, kernel, undefined, { pads: [1, 1, 1, 1] });
    const each = (value: number): Tensor => Tensor.full([filters], value);
    return relu(isNormalised ? batchNormalization(y, each(1), each(0), each(0.2), each(0.5)) : y);
  };
  const image = graph.input("image", { dtype: "float32", shape: [1, 3, side, side] });
  const pooled = maxPool(block(image, 12), { kernelShape: [2, 2], strides: [2, 2] });
  const features = reduceMean(block(pooled, 16), { axes: [2, 3], keepDims: false });
  graph.output("scores", softmax(gemm(features, weights([16, 5], 0.3), Tensor.zeros([5])), -1));
  return writeModel(graph, { openDimensions: { image: ["batch", 3, side, side] } });
}
