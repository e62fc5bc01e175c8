import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { ImagoError, messageOf } from "../../../../../engine/errors.js";
import { readFileChecked } from "../../../../../engine/files/readFileChecked.js";
import { readImage } from "../../../../../io/images/readImage.js";
import type { SkippedItem } from "../../../../../labs/sequence/kinds/tokenKind.js";
import { PictureTask, type PictureTaskConfig } from "../../../../../labs/sequence/pictures/pictureTask.js";
import { type GreyPictures, readIdx } from "../../../../../labs/sequence/pictures/readIdx.js";
import type { CorpusIdentity } from "../../../../../labs/sequence/text/files/readCorpus.js";
import { formatSkipped } from "../itemReport.js";
import type { Lesson, LessonOptions } from "./lesson.js";

interface ReadPictures {
  readonly corpus: CorpusIdentity;
  readonly pictures: GreyPictures;
  readonly skipped: readonly SkippedItem[];
}

/**
 * Reads an IDX file, or a folder of pictures of one size.
 *
 * @throws ImagoError where there is none
 */
export async function pictureLesson(
  file: string,
  { options, saved }: LessonOptions<PictureTaskConfig>,
): Promise<Lesson> {
  const isFolder = await stat(file).then(
    (info) => info.isDirectory(),
    () => false,
  );
  const { corpus, pictures, skipped } = isFolder ? await inFolder(file) : await inFile(file);
  const { height, width } = pictures;
  const config: PictureTaskConfig = saved ?? {
    kind: "pictures",
    network: { units: options.units ?? 256, hidden: 2 * (options.units ?? 256) },
    ...{ height, width, binarisation: "drawn", heldOut: options.heldOut ?? 0.02, seed: options.seed ?? 0 },
  };
  const task = new PictureTask(pictures, config);
  const how =
    config.binarisation === "drawn" ? "ink drawn once with probability v / 255" : "ink where v is above 127";
  return {
    corpus,
    task,
    saved: task.config,
    counts: { learnt: task.lengths.length, heldOut: pictures.count - task.lengths.length },
    about: {
      network: `LSTM ${config.network.units} over rows, masked head of 2 × ${config.network.hidden}`,
      items: `${height} × ${width} pixels, ${how}`,
    },
    keys: { [Symbol.iterator]: () => task.keys()[Symbol.iterator]() },
    defaults: { steps: 3000, batchSize: 100, learningRate: 0.003 },
    leftOut: (columns) => formatSkipped(skipped, pictures.count, task.noun, columns),
  };
}

async function inFile(file: string): Promise<ReadPictures> {
  const bytes = await readFileChecked(file);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const corpus = { name: basename(file), bytes: bytes.length, sha256 };
  return { corpus, pictures: readIdx(bytes, file), skipped: [] };
}

/** Grey pictures of the files of a folder, in the order of their names. */
async function inFolder(folder: string): Promise<ReadPictures> {
  const names = (await readdir(folder))
    .filter((name) => /^\.(png|jpe?g|webp|gif|tiff?)$/i.test(extname(name)))
    .sort();
  const hash = createHash("sha256");
  const greys: Uint8Array[] = [];
  const skipped: SkippedItem[] = [];
  let size: readonly [number, number] | undefined;
  let bytes = 0;
  for (const [at, name] of names.entries()) {
    try {
      const image = await readImage(join(folder, name));
      const own = [image.sizeAt(0), image.sizeAt(1)] as const;
      size ??= own;
      if (own[0] !== size[0] || own[1] !== size[1]) {
        skipped.push({
          line: at + 1,
          file: name,
          reason: `pictures of ${own.join(" × ")}, where the first has ${size.join(" × ")}`,
        });
        continue;
      }
      const grey = greyOf(image.data as Float32Array);
      hash.update(`${name}\n`).update(grey);
      bytes += grey.length;
      greys.push(grey);
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      skipped.push({ line: at + 1, file: name, reason: `cannot be read: ${messageOf(error)}` });
    }
  }
  if (size === undefined)
    throw new ImagoError(`${folder} has no pictures.`, {
      help: "Name an IDX file, or a folder of PNG files of one size.",
    });
  const [height, width] = size;
  const pixels = new Uint8Array(greys.length * height * width);
  greys.forEach((grey, at) => void pixels.set(grey, at * height * width));
  const corpus = { name: basename(resolve(folder)), bytes, sha256: hash.digest("hex") };
  return { corpus, pictures: { count: greys.length, height, width, pixels }, skipped };
}

/** RGB from 0 to 255 to how much ink there is: light on dark as digits are kept, dark on light turned round by whoever made them. */
const greyOf = (rgb: Float32Array): Uint8Array =>
  Uint8Array.from({ length: rgb.length / 3 }, (_, at) =>
    Math.round(
      0.299 * (rgb[3 * at] as number) +
        0.587 * (rgb[3 * at + 1] as number) +
        0.114 * (rgb[3 * at + 2] as number),
    ),
  );
