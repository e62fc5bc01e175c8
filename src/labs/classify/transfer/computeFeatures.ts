import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Model } from "../../../nn/models/model.js";
import { joinRows } from "../../../nn/training/predict.js";
import { pixelsName } from "../networks/scratchModel.js";
import type { LabelledPictures } from "../pictureData.js";

/** Features of pictures, and the numbers of their classes. */
export interface LabelledFeatures {
  /** float32 `[pictures, features]`. */
  readonly x: Tensor;
  /** int32 `[pictures]`. */
  readonly y: Tensor;
}

/** Where features stay that are computed. */
export interface FeatureStore {
  /** A piece that is there. */
  read(piece: number): Promise<LabelledFeatures | undefined>;
  write(piece: number, features: LabelledFeatures): Promise<void>;
}

/** Pictures whose features are computed at a time. */
const batchSize = 16;
/** Batches of a piece that is kept: of a minute's work or less. */
const batchesInPiece = 32;

export interface FeatureSettings {
  readonly store: FeatureStore | undefined;
  /** Mirrored left to right. */
  readonly mirrored: boolean;
  readonly signal: AbortSignal | undefined;
  /** Told how many pictures are done. */
  readonly onPictures: (count: number) => void;
}

/**
 * The features of all pictures, in their order.
 *
 * @throws the signal's reason when it aborts
 */
export async function computeFeatures(
  network: Model,
  pictures: LabelledPictures,
  settings: FeatureSettings,
): Promise<LabelledFeatures> {
  const source = pictures.batches({ batchSize, shuffle: false, augment: false });
  const pieces: LabelledFeatures[] = [];
  for (let piece = 0; piece * batchesInPiece < source.steps; piece++) {
    const known = await settings.store?.read(piece);
    if (known === undefined) break;
    pieces.push(known);
    settings.onPictures(known.y.size);
  }
  const own: LabelledFeatures[] = [];
  const keep = async (): Promise<void> => {
    if (own.length === 0) return;
    const made = joined(own.splice(0));
    await settings.store?.write(pieces.length, made);
    pieces.push(made);
  };
  const skip = pieces.length * batchesInPiece;
  if (skip >= source.steps) return joined(pieces);
  for await (const [x, y] of source(0, skip)) {
    settings.signal?.throwIfAborted();
    own.push({ x: await featuresOf(network, settings.mirrored ? mirror(x) : x), y });
    settings.onPictures(y.size);
    if (own.length === batchesInPiece) await keep();
  }
  await keep();
  return joined(pieces);
}

async function featuresOf(network: Model, x: Tensor): Promise<Tensor> {
  const result = await network.predict({ [pixelsName]: x } as never, { batchSize: x.sizeAt(0) });
  return (result as Readonly<Record<string, Tensor>>).features as Tensor;
}

/** Rows behind each other. */
export function joined(parts: readonly LabelledFeatures[]): LabelledFeatures {
  return { x: joinRows(parts.map(({ x }) => x)), y: joinRows(parts.map(({ y }) => y)) };
}

/** Pictures `[batch, height, width, 3]` with left and right exchanged. */
function mirror(x: Tensor): Tensor {
  const [batch, height, width, channels] = x.shape as readonly [number, number, number, number];
  const result = Tensor.zeros(x.shape, x.dtype);
  const [from, to] = [x.data as Float32Array, result.data as Float32Array];
  for (let row = 0; row < batch * height; row++) {
    const start = row * width * channels;
    for (let column = 0; column < width; column++) {
      const [at, other] = [start + column * channels, start + (width - 1 - column) * channels];
      for (let channel = 0; channel < channels; channel++) to[at + channel] = from[other + channel] as number;
    }
  }
  return result;
}
