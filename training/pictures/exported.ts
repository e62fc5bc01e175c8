import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Model } from "../../src/index.js";
import { exportOnnx } from "../../src/onnx.js";
import { type ClassifierRecord, classifierMetadata } from "../../src/vision/classifierRecord.js";
import { foldedNetwork } from "./folded.js";
import { side } from "./tinyImageNet.js";

/**
 * The names of classes for people: the first of WordNet's for each, with the second where two have the same.
 *
 * @param folder Tiny ImageNet's
 * @param classes WordNet's numbers, `n01443537`, in the order of the network's outputs
 */
export async function classNames(folder: string, classes: readonly string[]): Promise<string[]> {
  const rows = (await readFile(join(folder, "words.txt"), "utf8")).trim().split("\n");
  const words = new Map(rows.map((row) => row.split("\t") as [string, string]));
  const all = classes.map((id) => (words.get(id) ?? id).split(",").map((word) => word.trim()));
  const first = all.map(([word]) => word as string);
  return all.map(([word, second], at) => {
    const isAlone = first.indexOf(word as string) === at && first.lastIndexOf(word as string) === at;
    return isAlone || second === undefined ? (word as string) : `${word}, ${second}`;
  });
}

/** The file that comes with Imago: the trained network as it is used, in half precision, with its classes' names. */
export function exportedNetwork(trained: Model, names: readonly string[], about: string): Uint8Array {
  const record: ClassifierRecord = {
    ...{ version: 1, classes: names, size: [side, side], fit: "cover" },
    ...{ background: [255, 255, 255], network: about },
  };
  const folded = foldedNetwork(trained, names.length);
  return exportOnnx(folded, { weights: "float16", metadata: classifierMetadata(record) });
}
