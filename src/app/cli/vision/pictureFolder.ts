import { join } from "node:path";
import { ImagoError } from "../../../engine/errors.js";
import type { PictureSource } from "../../../io/data/batches/source.js";
import type { ImageFolder } from "../../../io/data/folder.js";
import type { ImageFolderOptions } from "../../../io/data/folderOptions.js";
import { imageFolder } from "../../../io/data/imageFolder.js";
import { lookAtPictures, type PictureFacts } from "../../../io/images/lookAtPictures.js";
import type { Augmentation } from "../../../labs/classify/options.js";
import {
  checkLearnable,
  type LabelledPictures,
  type PictureData,
} from "../../../labs/classify/pictureData.js";
import { blaming } from "../shell/blaming.js";
import { MovingLine } from "../shell/movingLine.js";
import { grouped, type Output } from "../shell/output.js";
import { formatSeconds } from "./classifyProgress.js";
import { groupOf, type PictureFolderFlags } from "./pictureFlags.js";
import { formatLeftOut } from "./pictureReport.js";

/** What flags of fields say of a folder. */
interface FolderFigures {
  readonly maxUnreadable: number;
  /** As given: parts that the folder has are not followed by it. */
  readonly validation: number | undefined;
  readonly seed: number | undefined;
  readonly signal: AbortSignal;
}

/** How a folder is read by its flags, with decoded pictures kept beside what is learnt from them. */
export function folderOptions(
  flags: PictureFolderFlags,
  out: string,
  { validation, seed, ...figures }: FolderFigures,
): ImageFolderOptions {
  return {
    ...figures,
    ...{ group: groupOf(flags.group), labels: flags.labels, strict: flags.strict === true },
    ...(seed === undefined ? {} : { seed }),
    ...(flags.cache ? { cache: join(out, "cache") } : {}),
    ...(validation === undefined ? {} : { split: { validation } }),
  };
}

/**
 * The folder's pictures. What is wrong with a label file is said of its flag, and all else of the folder's, where it has one.
 *
 * The signal ends the listing alone: training looks at it between its steps, where it can be saved, and must not lose its next batch.
 */
export async function listedPictures(
  folder: string,
  options: ImageFolderOptions,
  flag?: string,
): Promise<ImageFolder> {
  const { labels, signal, ...others } = options;
  const blamed = (message: string) => (labels !== undefined && message.includes(labels) ? "--labels" : flag);
  const listing = new AbortController();
  const stop = (): void => listing.abort(signal?.reason);
  if (signal?.aborted === true) stop();
  signal?.addEventListener("abort", stop);
  try {
    return await blaming(blamed, () => imageFolder(folder, { ...others, labels, signal: listing.signal }));
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** Pictures that are looked at before the network is chosen. */
const glances = 48;

/**
 * What some of the pictures to learn are like.
 *
 * @throws ImagoError where none of them can be read
 */
export async function factsOf({ path, train: { items } }: ImageFolder): Promise<PictureFacts> {
  const every = Math.max(1, Math.floor(items.length / glances));
  const sample = items.filter((_, index) => index % every === 0).slice(0, glances);
  const facts = await lookAtPictures(sample.map(({ file }) => file));
  if (facts !== undefined) return facts;
  throw new ImagoError(
    `None of the pictures in ${path} that were looked at can be read, the first of them ${sample[0]?.path}.`,
  );
}

/** What pictures bear, where nobody says it. */
export const augmentationFor = ({ isGrey, side }: PictureFacts): Augmentation =>
  isGrey || side < 24 ? "light" : "photo";

/** Reads every picture once, and says what was left out. */
export async function preparePictures(
  pictures: ImageFolder,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const line = new MovingLine(output);
  const began = performance.now();
  try {
    const report = await pictures.prepare({
      signal,
      onProgress: ({ done, total }) => {
        line.draw(`Reading pictures: ${grouped(done)} of ${grouped(total)}`, false);
      },
    });
    const count = pictures.train.size + pictures.validation.size + pictures.test.size;
    line.draw(
      `Read ${grouped(count)} pictures in ${formatSeconds((performance.now() - began) / 1000)}.`,
      true,
    );
    output.write(formatLeftOut(report));
  } finally {
    line.close();
  }
  checkLearnable(pictures);
}

/** The pictures as the lab takes them, and how long it waits for them. */
export interface WatchedPictures {
  readonly data: PictureData;
  /** Milliseconds that steps have waited for pictures so far. */
  readonly waited: () => number;
  /** The share of the class that has most pictures, among those that are validated on. */
  readonly largestShare: number;
}

export function watchedPictures(pictures: ImageFolder): WatchedPictures {
  const { classes, size, fit, background, train, validation } = pictures;
  const sources: PictureSource[] = [];
  const watchedTrain: LabelledPictures = {
    ...{ classes: train.classes, size: train.size, counts: train.counts, items: train.items },
    batches: (options) => {
      const source = train.batches(options);
      sources.push(source);
      return source;
    },
  };
  return {
    data: { classes, size, fit, background, train: watchedTrain, validation },
    waited: () => sources.reduce((sum, { stats }) => sum + stats.waitedMs, 0),
    largestShare: Math.max(...validation.counts) / Math.max(1, validation.size),
  };
}
