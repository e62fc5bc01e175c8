import type { Tensor } from "../../../engine/tensor/tensor.js";
import { writeImage } from "../../../io/images/writeImage.js";
import { Interruption } from "../shell/interruption.js";

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
 * @returns whether Ctrl-C came
 */
export async function follow<P>(
  previews: AsyncIterable<P>,
  { visit, settle, close }: Following<P>,
): Promise<boolean> {
  const interruption = new Interruption();
  try {
    for await (const preview of previews) {
      await visit(preview);
      const { came } = interruption;
      await settle?.(preview, came);
      if (came) return true;
    }
    return false;
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
}

/** What came of it. */
export interface Painted {
  readonly isStopped: boolean;
  /** The picture that was finished last, or what there was of it at Ctrl-C. */
  readonly picture: Tensor;
}

/** Milliseconds between two previews on disk. */
const previewEvery = 1000;

/** Follows a picture, writes it again and again on the way, and what there is at the end or at Ctrl-C. */
export async function paint<P extends PicturePreview>(
  previews: AsyncIterable<P>,
  { out, preview: path, visit, close }: Painting<P>,
): Promise<Painted> {
  let written = Number.NEGATIVE_INFINITY;
  let picture: Tensor | undefined;
  const settle = async (preview: P, isStopping: boolean): Promise<void> => {
    if (preview.last || isStopping) picture = preview.image();
    if (isStopping || path === undefined || performance.now() - written < previewEvery) return;
    await writeImage(path, preview.image());
    written = performance.now();
  };
  const isStopped = await follow(previews, { visit, settle, close });
  for (const file of [out, path]) if (file !== undefined) await writeImage(file, picture as Tensor);
  return { isStopped, picture: picture as Tensor };
}

/** `64 × 48 pixels`. */
export const formatSize = ({ shape }: Tensor): string => `${shape[1]} × ${shape[0]} pixels`;
