import { stat } from "node:fs/promises";
import { ImagoError, messageOf } from "../../../engine/errors.js";
import { parseJson } from "../../../engine/files/parseJson.js";
import { readFileChecked } from "../../../engine/files/readFileChecked.js";
import { readSafetensors } from "../../../engine/formats/safetensors.js";
import {
  accepting,
  largestExact,
  list,
  number,
  oneOf,
  optional,
  readOptions,
  text,
} from "../../../engine/options.js";
import { SoftTargets, type SoftTargetsInfo } from "../teachers/softTargets.js";

const format = "imago soft targets";
const version = "1";

const fields = {
  data: text(),
  teachers: text(),
  rows: number({ min: 1, integer: true }),
  views: optional(number({ min: 1, integer: true })),
  seed: number({ min: 0, max: largestExact, integer: true }),
  sample: optional(text()),
  outputs: list(text(), "an array of names"),
  count: number({ min: 1, integer: true }),
  gives: optional(oneOf(["logits", "probabilities"])),
  warnings: optional(list(text(), "an array of texts")),
};

/** What a file of soft targets says of itself. */
export function softTargetsMetadata(info: SoftTargetsInfo): Record<string, string> {
  return { format, version, info: JSON.stringify(info) };
}

/**
 * Soft targets that `softTargets` computed, for `distill` in the place of a teacher.
 *
 * @param file a safetensors file of theirs
 * @throws when it is missing, truncated, altered or another file
 */
export async function readSoftTargets(file: string): Promise<SoftTargets> {
  const path = accepting("a path", (value): value is string => typeof value === "string").read(
    "readSoftTargets",
    "file",
    file,
  );
  const { tensors, metadata } = readSafetensors(await readFileChecked(path), { name: path });
  if (metadata.format !== format || metadata.version !== version || metadata.info === undefined) {
    throw new ImagoError(`${path}: expected soft targets of version ${version}`);
  }
  const info = parseJson(metadata.info, `${path}: what it says of itself`, "the file is altered");
  try {
    return new SoftTargets(readOptions("soft targets", info, fields), tensors);
  } catch (cause) {
    throw new ImagoError(`${path}: ${messageOf(cause)}`, { cause });
  }
}

/** Soft targets where there is a file. */
export async function readIfThere(file: string): Promise<SoftTargets | undefined> {
  const there = await stat(file).then(
    () => true,
    () => false,
  );
  return there ? readSoftTargets(file) : undefined;
}
