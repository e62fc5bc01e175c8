import { ImagoError } from "../../engine/errors.js";
import { readTextChecked } from "../../engine/files/readFileChecked.js";
import type { OnnxModel } from "../../nn/models/onnxModel.js";
import type { KnownModel } from "./catalogue.js";
import { imagenetClasses } from "./imagenetClasses.js";

/** Metadata in which exporters keep the names of classes. */
const keys = ["labels", "classes", "names", "id2label"];

/** The names of classes, by their numbers. */
export type ClassNames = ReadonlyMap<number, string>;

/**
 * Names in a file: a line for each class, or JSON, an array of names (or of arrays that end in one, as `[synset, name]`) or an object
 * with the numbers as keys.
 *
 * @throws ImagoError when it cannot be read, or holds no names
 */
export async function namesIn(path: string): Promise<ClassNames> {
  const names = namesOf(await readTextChecked(path, { maxBytes: 2 ** 24 }));
  if (names !== undefined) return names;
  throw new ImagoError(`Cannot read ${path}: there are no names of classes in it.`, {
    help: "Write a line for each class, or a JSON array of names.",
  });
}

/** What of a classifier tells its classes' names. */
export interface NamedClassifier {
  readonly model: Pick<OnnxModel, "description">;
  readonly entry: KnownModel | undefined;
}

/**
 * The names that a classifier comes with: those in its file's metadata, or ImageNet's for the catalogue's; `undefined` where there are
 * none, or not as many as classes.
 */
export function namesOfClassifier(
  { model, entry }: NamedClassifier,
  classes: number,
): ClassNames | undefined {
  const stated = namesInMetadata(model.description.metadata);
  if (stated?.size === classes) return stated;
  const isImagenet = entry !== undefined && classes === imagenetClasses.length;
  return isImagenet ? new Map(imagenetClasses.entries()) : undefined;
}

/** Names in a model's metadata; `undefined` where there are none. */
export function namesInMetadata(metadata: Readonly<Record<string, string>>): ClassNames | undefined {
  return keys.map((key) => namesOf(metadata[key] ?? "")).find((names) => names !== undefined);
}

function namesOf(text: string): ClassNames | undefined {
  const entries = jsonEntries(text) ?? text.trimEnd().split(/\r?\n/).entries();
  const names = [...entries].flatMap(([at, name]): [number, string][] => {
    const last: unknown = Array.isArray(name) ? name.at(-1) : name;
    return typeof last === "string" && last.trim() !== "" && Number.isSafeInteger(at)
      ? [[at, last.trim()]]
      : [];
  });
  return names.length > 1 ? new Map(names) : undefined;
}

function jsonEntries(text: string): Iterable<readonly [number, unknown]> | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value.entries();
    return Object.entries(value as object).map(([at, name]) => [Number(at), name] as const);
  } catch {
    return [];
  }
}
