import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { ImagoError } from "../../../../engine/errors.js";
import { parseJsonObject } from "../../../../engine/files/parseJson.js";
import { readSafetensors, writeSafetensors } from "../../../../engine/formats/safetensors.js";
import { byName, list, readOptions, text } from "../../../../engine/options.js";
import type { Tensor } from "../../../../engine/tensor/tensor.js";
import { digestOf, hasFiles, readFiles, replaceFiles } from "../../../../nn/files/folder.js";
import { writeManifest } from "../../../../nn/files/manifest.js";
import { weightsName } from "../../../../nn/files/modelFiles.js";
import type { Model } from "../../../../nn/models/model.js";
import { saveArchitecture } from "../../../../nn/models/serialize.js";
import type { Logs } from "../../../../nn/training/logs.js";
import type { MemberResult } from "../memberResult.js";

const heldOutName = "heldOut.safetensors";
const format = "imago held-out predictions";

/** Where a member is saved while it is being trained, beside its own folder. */
export const trainingFolder = (folder: string): string => `${folder}.training`;

/**
 * Keeps a finished member: a saved model, which `loadModel` loads, with what it predicted beside it. It is there whole or not
 * at all. What was saved of its training goes.
 *
 * @throws ImagoError where the network cannot be saved, or the folder not be written
 */
export async function keepMember(folder: string, model: Model, result: MemberResult): Promise<void> {
  const { weights, predictions, figures, history } = result;
  const described = JSON.stringify({ figures: texts(figures), history: lists(history) });
  const files = {
    [weightsName]: writeSafetensors(weights, { format: "imago weights", version: "1" }),
    [heldOutName]: writeSafetensors(predictions, { format, version: "1", described }),
  };
  const digests = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, digestOf(bytes)]));
  const manifest = writeManifest({ files: digests, model: saveArchitecture(model) });
  await replaceFiles(folder, manifest, files);
  await dropTraining(folder);
}

/**
 * A member that was finished before.
 *
 * @returns nothing where it is not finished
 * @throws ImagoError where its files are damaged
 */
export async function readMember(folder: string): Promise<MemberResult | undefined> {
  if (!(await hasFiles(folder))) return undefined;
  const { files } = await readFiles(folder);
  const [weights, heldOut] = [files[weightsName], files[heldOutName]];
  const path = `${folder}/${heldOutName}`;
  const read = heldOut && readSafetensors(heldOut, { name: path });
  if (weights === undefined || read?.metadata.format !== format || read.metadata.described === undefined) {
    throw new ImagoError(`${path}: expected what a member predicted, of version 1.`, {
      help: `Remove ${folder} to train it again.`,
    });
  }
  const described = readOptions(path, parseJsonObject(read.metadata.described, path), describedFields);
  // The process may have ended before this.
  await dropTraining(folder);
  return {
    weights: readSafetensors(weights, { name: `${folder}/${weightsName}` }).tensors,
    predictions: read.tensors as Readonly<Record<string, Tensor>>,
    figures: mapValues(described.figures, Number),
    history: mapValues(described.history, (values) => values.map(Number)),
  };
}

const describedFields = {
  figures: byName(text(), "figures by name"),
  history: byName(list(text(), "an array of figures"), "figures by name"),
};

/** As text, since JSON has no NaN and no infinity. */
const texts = (figures: Logs): Record<string, string> => mapValues(figures, String);
const lists = (history: MemberResult["history"]): Record<string, readonly string[]> =>
  mapValues(history, (values) => values.map(String));

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

async function dropTraining(folder: string): Promise<void> {
  await rm(trainingFolder(folder), { recursive: true, force: true });
}

/** The folder of one member in that of its run, which other processes find too. */
export const memberFolder = (run: string, name: string): string => resolve(run, name);
