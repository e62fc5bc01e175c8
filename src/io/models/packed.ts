import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { ImagoError } from "../../engine/errors.js";
import { codeOf } from "../../engine/files/layer.js";
import { packedFile } from "../packageFolder.js";
import type { KnownModel } from "./catalogue.js";

/** A classifier that comes with Imago. */
export interface PackedModel extends KnownModel {
  /** Its file in the package's folder `assets`, or the absolute path of one elsewhere. */
  readonly file: string;
  readonly sha256: string;
}

/** What comes with Imago, so that dreams, style and filters need nothing pulled. */
export const packedModels: readonly PackedModel[] = Object.freeze([
  {
    name: "imago-tiny",
    description: "Imago's own, trained by itself on Tiny ImageNet; comes with it",
    licence: "research",
    file: "imago-tiny.onnx",
    bytes: 2_549_480,
    sha256: "35529a1a4c7a523125f3fefadd931e508d7d1771db5b12bd2217ce2eb1b26ff3",
    preprocessing: { preset: "raw", layout: "channelsLast", size: 64 },
    dream: { "relu4_1/relu": 1 },
    style: {
      content: "relu2_2/relu",
      style: ["relu1_1/relu", "relu1_2/relu", "relu2_1/relu", "relu2_2/relu", "relu3_1/relu", "relu3_2/relu"],
    },
  },
]);

/** Where a packed model's file is. */
export const packedPath = ({ file }: PackedModel): string => (isAbsolute(file) ? file : packedFile(file));

/** How to get on without it. */
const help =
  "Install Imago again, or take a network of others: imago models pull squeezenet-1.0, or --model FILE.onnx";

/**
 * Makes sure that a packed model is as it was packed.
 *
 * @throws ImagoError when its file is missing, cannot be read, or holds other bytes
 */
export async function checkPacked(model: PackedModel): Promise<void> {
  const path = packedPath(model);
  const bytes = await readFile(path).catch((error: unknown) => {
    const why = codeOf(error) === "ENOENT" ? "is missing" : `cannot be read (${codeOf(error) ?? error})`;
    throw new ImagoError(`The network that comes with Imago, ${path}, ${why}.`, { help, cause: error });
  });
  if (createHash("sha256").update(bytes).digest("hex") === model.sha256) return;
  const what =
    bytes.length === model.bytes ? "other bytes" : `${bytes.length} bytes instead of ${model.bytes}`;
  throw new ImagoError(`The network that comes with Imago, ${path}, is damaged: it holds ${what}.`, { help });
}
