import type { Tensor } from "../../../engine/tensor/tensor.js";
import { Interruption } from "../shell/interruption.js";
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
}

/** What came of it. */
export interface Painted {
  readonly isStopped: boolean;
  /** The picture that was finished last, or what there was of it at Ctrl-C; nothing where no step was done. */
  readonly picture: Tensor | undefined;
}

/** Milliseconds between two previews on disk. */
const previewEvery = 1000;

/** Follows a picture, writes it again and again on the way, and what there is at the end or at Ctrl-C. */
export async function paint<P extends PicturePreview>(
  begin: (signal: AbortSignal) => AsyncIterable<P>,
  { out, preview: path, visit, close }: Painting<P>,
): Promise<Painted> {
  let written = Number.NEGATIVE_INFINITY;
  let picture: Tensor | undefined;
  let failure: unknown;
  // A preview is a by-product: what keeps it from being written keeps nothing else from it.
  const writePreview = async (image: Tensor): Promise<void> => {
    if (path === undefined || failure !== undefined) return;
    await writePicture(path, image).catch((error: unknown) => {
      failure = error;
    });
  };
  const settle = async (preview: P, isStopping: boolean): Promise<void> => {
    if (preview.last || isStopping) picture = preview.image();
    if (isStopping || path === undefined || performance.now() - written < previewEvery) return;
    await writePreview(preview.image());
    written = performance.now();
  };
  const isStopped = await follow(begin, { visit, settle, close });
  if (picture !== undefined) {
    if (out !== undefined) await writePicture(out, picture);
    await writePreview(picture);
  }
  // Said when the picture is safe.
  if (failure !== undefined) throw failure;
  return { isStopped, picture };
}

/** `64 × 48 pixels`. */
export const formatSize = ({ shape }: Tensor): string => `${shape[1]} × ${shape[0]} pixels`;
