import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { conv2d } from "../../../nn/layers/convolution/conv2d.js";
import { dense } from "../../../nn/layers/core/dense.js";
import { input } from "../../../nn/layers/core/input.js";
import { globalAveragePooling2d } from "../../../nn/layers/pooling/globalAveragePooling2d.js";
import { maxPooling2d } from "../../../nn/layers/pooling/maxPooling2d.js";
import { exportOnnx } from "../../../nn/models/exportOnnx.js";
import { model } from "../../../nn/models/model.js";
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
 */
export function foreignClassifier(side = 16): Uint8Array {
  const image = input({ shape: [3, side, side], name: "image" });
  const dataFormat = "channelsFirst";
  const conv = (filters: number) =>
    conv2d({ filters, kernelSize: 3, padding: "same", activation: "relu", dataFormat });
  const features = conv(16)(maxPooling2d({ poolSize: 2, dataFormat })(conv(12)(image)));
  const scores = dense({ units: 5, activation: "softmax", name: "scores" })(
    globalAveragePooling2d({ dataFormat })(features),
  );
  return exportOnnx(model({ inputs: image, outputs: scores, seed: 3 }));
}
