import { createHash } from "node:crypto";
import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ImagoError } from "../../../engine/errors.js";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { readFileChecked } from "../../../engine/files/readFileChecked.js";
import { readSafetensors, writeSafetensors } from "../../../engine/formats/safetensors.js";
import type { PictureData } from "../pictureData.js";
import type { TrainingRecord } from "../trainingRecord.js";
import type { FeatureStore, LabelledFeatures } from "../transfer/computeFeatures.js";

/** The folder beside a classifier that holds features of pictures. */
export const featuresName = "features";

/** What features are of. */
export interface FeatureIdentity {
  /** SHA-256 of the network's file. */
  readonly network: string;
  readonly cut: string;
  /** How the network wants its pictures, as JSON. */
  readonly preprocessing: string;
  /** SHA-256 of the pictures' names and classes, and of their contents where they are known. */
  readonly pictures: string;
  readonly size: readonly [number, number];
  readonly fit: string;
  readonly background: readonly number[];
  /** Which of the pictures: `train`, `train-mirrored`, `validation`. */
  readonly part: string;
}

/** What the features of a part of some pictures are of. */
export function featureIdentity(
  { sha256: network, cut, preprocessing }: NonNullable<TrainingRecord["base"]>,
  pictures: string,
  { size, fit, background }: Pick<PictureData, "size" | "fit" | "background">,
  part: string,
): FeatureIdentity {
  return { network, cut, preprocessing, pictures, size, fit, background, part };
}

/**
 * Features on disk, in pieces, so that an interrupted computation goes on where it stood. A piece that is of something else, or is
 * damaged, counts as not there and is written anew.
 */
export function featureStore(folder: string, identity: FeatureIdentity): FeatureStore {
  const key = createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 16);
  const pathOf = (piece: number): string =>
    join(folder, featuresName, `${identity.part}-${key}-${String(piece).padStart(5, "0")}.safetensors`);
  return {
    read: async (piece) => {
      const path = pathOf(piece);
      const isThere = await access(path).then(
        () => true,
        () => false,
      );
      return isThere ? readPiece(path) : undefined;
    },
    write: async (piece, { x, y }) => {
      await mkdir(join(folder, featuresName), { recursive: true });
      await atomicWrite(pathOf(piece), writeSafetensors({ x, y }, { sha256: digestOf({ x, y }) }));
    },
  };
}

/** Of shapes and elements: a single changed bit must not be learnt from. */
function digestOf({ x, y }: LabelledFeatures): string {
  const hash = createHash("sha256").update(JSON.stringify([x.shape, y.shape]));
  return hash.update(x.bytes).update(y.bytes).digest("hex");
}

async function readPiece(path: string): Promise<LabelledFeatures | undefined> {
  try {
    const { tensors, metadata } = readSafetensors(await readFileChecked(path), { name: path });
    const { x, y } = tensors;
    if (x === undefined || y === undefined || metadata.sha256 !== digestOf({ x, y })) return undefined;
    const fits =
      x.dtype === "float32" && y.dtype === "int32" && x.shape.length === 2 && x.sizeAt(0) === y.size;
    return fits ? { x, y } : undefined;
  } catch (error) {
    if (error instanceof ImagoError) return undefined;
    throw error;
  }
}
