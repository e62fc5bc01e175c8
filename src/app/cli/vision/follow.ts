import type { Tensor } from "../../../engine/tensor/tensor.js";
import { Interruption } from "../shell/interruption.js";
import type { NumberedPictures } from "./every.js";
import { writePicture } from "./pictures.js";

/** What is done with what long work yields. */
export interface Following<P> {
  /** Told of every preview. */
  readonly visit: (preview: P) => void | Promise<void>;
  /** Told of it after that, and whether it is the last because of Ctrl-C. Default: nothing. */
  readonly settle?: ((preview: P, isStopped: boolean) => void | Promise<void>) | undefined;
  /** Called at the end, however it comes: ends a line that moves. Default: nothing. */
  readonly close?: (() => void) | undefined;
}

/**
 * Goes through what long work yields, until it ends or Ctrl-C comes.
 *
 * @param begin the work; its signal ends it between two previews too, where a step takes long
 * @returns whether Ctrl-C came
 */
export async function follow<P>(
  begin: (signal: AbortSignal) => AsyncIterable<P>,
  { visit, settle, close }: Following<P>,
): Promise<boolean> {
  const interruption = new Interruption();
  const { signal } = interruption;
  let latest: P | undefined;
  try {
    for await (const preview of begin(signal)) {
      latest = preview;
      await visit(preview);
      // Asked once: it may come while the preview is written, which is then not the last.
      const { aborted } = signal;
      await settle?.(preview, aborted);
      if (aborted) return true;
    }
    return false;
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    if (latest !== undefined) await settle?.(latest, true);
    return true;
  } finally {
    close?.();
    interruption.close();
  }
}

/** A picture on its way. */
export interface PicturePreview {
  /** Whether it is finished. */
  readonly last: boolean;
  image(): Tensor;
}

/** Where a picture goes, and who is told of it. */
export interface Painting<P> extends Pick<Following<P>, "visit" | "close"> {
  /** Written at the end, finished or not. Default: nowhere. */
  readonly out?: string | undefined;
  /** Written about every second, and at the end. Default: nowhere. */
  readonly preview?: string | undefined;
  /** Written on the way, each once. Default: none. */
  readonly numbered?: Pick<NumberedPictures, "steps" | "path"> | undefined;
  /** Makes of a picture what is written of it. Default: what it is. */
  readonly finish?: ((picture: Tensor) => Tensor) | undefined;
  /** Writes what else comes of it, when the picture is safe. Default: nothing. */
  readonly also?: (() => Promise<void>) | undefined;
}

/** What came of it. */
export interface Painted {
  readonly isStopped: boolean;
  /** The picture that was finished last, or what there was of it at Ctrl-C; nothing where no step was done. */
  readonly picture: Tensor | undefined;
  /** How many pictures of the way were written. */
  readonly numbered: number;
}

/** Milliseconds between two previews on disk. */
const previewEvery = 1000;

/** Pictures beside the result: what keeps one from being written keeps nothing else from it, and is said in the end. */
class ByProduct {
  written = 0;
  failure: unknown;

  async write(path: string, image: Tensor): Promise<void> {
    if (this.failure !== undefined) return;
    try {
      await writePicture(path, image);
      this.written++;
    } catch (error) {
      this.failure = error;
    }
  }
}

/**
 * Follows a picture, writes it again and again on the way, and what there is at the end or at Ctrl-C.
 *
 * @throws what a picture on the way could not be written for, when the result is safe
 */
export async function paint<P extends PicturePreview>(
  begin: (signal: AbortSignal) => AsyncIterable<P>,
  { out, preview: path, numbered, finish = (picture) => picture, also, visit, close }: Painting<P>,
): Promise<Painted> {
  const [previews, ways] = [new ByProduct(), new ByProduct()];
  let written = Number.NEGATIVE_INFINITY;
  let steps = 0;
  let picture: Tensor | undefined;
  const counting = (preview: P): void | Promise<void> => {
    steps++;
    return visit(preview);
  };
  const settle = async (preview: P, isStopping: boolean): Promise<void> => {
    const isKept = preview.last || isStopping;
    const isDue = !isStopping && numbered !== undefined && steps % numbered.steps === 0;
    const isShown = !isStopping && path !== undefined && performance.now() - written >= previewEvery;
    if (!isKept && !isDue && !isShown) return;
    const image = finish(preview.image());
    if (isKept) picture = image;
    if (isDue) await ways.write(numbered.path(steps), image);
    if (!isShown) return;
    await previews.write(path, image);
    written = performance.now();
  };
  const isStopped = await follow(begin, { visit: counting, settle, close });
  if (picture !== undefined) {
    if (out !== undefined) await writePicture(out, picture);
    if (path !== undefined) await previews.write(path, picture);
  }
  await also?.();
  for (const { failure } of [previews, ways]) if (failure !== undefined) throw failure;
  return { isStopped, picture, numbered: ways.written };
}

/** `64 × 48 pixels`. */
export const formatSize = ({ shape }: Tensor): string => `${shape[1]} × ${shape[0]} pixels`;
