import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ImagoError } from "../../engine/errors.js";
import { fileError } from "../../engine/files/fileError.js";
import { makeFolder } from "../../engine/files/makeFolder.js";
import { readOptions } from "../../engine/options.js";
import { cacheFolder } from "./cacheFolder.js";
import { type CatalogueModel, catalogue, modelNamed } from "./catalogue.js";
import { type DownloadFile, download } from "./download.js";
import { checkModelName, isModelName, nameFromAddress, parseAddress } from "./modelName.js";
import { checkPacked, type PackedModel, packedModels, packedPath } from "./packed.js";
import { partialPath } from "./partialPath.js";
import { listRecords, type PulledModel, readRecord, recordPath, writeRecord } from "./record.js";
import { statedFile } from "./statedFile.js";
import {
  type PullFromOptions,
  type PullOptions,
  type PullSettings,
  pullFields,
  pullFromFields,
  type StoreOptions,
  storeFields,
} from "./storeOptions.js";

import { holds, sizeOf } from "./wholeFile.js";

export type { PullFromOptions, PullOptions, StoreOptions };

/** A model that comes with Imago, one of the catalogue, or one that was pulled by its address, and whether it is here. */
export interface StoredModel {
  readonly model: StorableModel;
  readonly path: string;
  readonly present: boolean;
}

export type StorableModel = CatalogueModel | PulledModel | PackedModel;

/** The downloaded models: one file each, in a folder of the user's cache. */
export class ModelStore {
  readonly folder: string;
  readonly #models: readonly CatalogueModel[];
  readonly #packed: readonly PackedModel[];

  constructor(options: StoreOptions = {}) {
    const read = readOptions("ModelStore", options, storeFields);
    this.folder = read.folder ?? cacheFolder();
    this.#models = read.models ?? catalogue;
    this.#packed = read.packed ?? (read.models === undefined ? packedModels : []);
  }

  /** What comes with Imago, every model of the catalogue, then those that were pulled by their addresses. */
  async list(): Promise<StoredModel[]> {
    return await Promise.all((await this.#all()).map((model) => this.#stored(model)));
  }

  /**
   * The model to take where none is named: the first that was downloaded, since that was done on purpose, or else what comes with
   * Imago.
   *
   * @throws ImagoError when there is none, or what comes with Imago is damaged or missing
   */
  async standing(): Promise<StoredModel> {
    const here = (await this.list()).filter(({ present }) => present);
    const found = here.find(({ model }) => !isPacked(model)) ?? here[0];
    const name = found?.model.name ?? this.#packed[0]?.name;
    if (name !== undefined) return this.path(name);
    throw new ImagoError("No model is here yet.", {
      help: "Download one with `imago models pull squeezenet-1.0`, or name a file: --model FILE.onnx",
    });
  }

  /**
   * The file of a model that is here.
   *
   * @throws ImagoError when no model is known by that name, it has not been downloaded, or it came with Imago and is damaged or missing
   */
  async path(name: string): Promise<StoredModel> {
    const packed = this.#packed.find((model) => model.name === name);
    if (packed !== undefined) {
      await checkPacked(packed);
      return this.#stored(packed);
    }
    const stored = await this.#stored(await this.#named(name));
    if (stored.present) return stored;
    throw new ImagoError(`The model "${name}" is not here.`, {
      help: `Download it (${megabytes(stored.model.bytes)}): imago models pull ${name}`,
    });
  }

  /**
   * Downloads a model of the catalogue, or again one that was pulled by its address, unless it is here already with
   * the bytes that it should have.
   *
   * @throws ImagoError as `download` does; offline, when it is not here
   */
  async pull(name: string, options: PullOptions = {}): Promise<StoredModel> {
    const settings = readOptions("pull", options, pullFields);
    const model = await this.#named(name);
    if (isPacked(model)) return this.path(name);
    const { address, bytes, sha256 } = model;
    if (sha256 !== undefined) await this.#pullPinned({ name, address, bytes, sha256 }, settings);
    else await this.#pullStated({ name, address, isListed: true }, settings);
    return { model, path: this.#path(name), present: true };
  }

  /**
   * Downloads the `.onnx` file at an https address, unless it is here already. It is checked by the size and SHA-256
   * that the hub states: Hugging Face and GitHub (LFS) do, and servers that send `Repr-Digest`, `Content-Digest` or
   * `Digest`. A record beside the file keeps them, so that the model is known by its name from then on.
   *
   * @throws ImagoError when the address or name is refused, another model is called so, or nothing states the digest;
   *   as `download` does; offline, when it is not here
   */
  async pullFrom(address: string, options: PullFromOptions = {}): Promise<StoredModel> {
    const { name: own, sha256, ...settings } = readOptions("pullFrom", options, pullFromFields);
    const { href } = parseAddress(address);
    const name = own ?? nameFromAddress(href);
    checkModelName(name);
    await this.#checkFree(name, href);
    const model = await this.#pullStated({ name, address: href, sha256, isListed: false }, settings);
    return { model, path: this.#path(name), present: true };
  }

  /**
   * Removes a model's file, and what there is of an unfinished download.
   *
   * @returns whether there was something
   * @throws ImagoError when no model is known by that name, or it came with Imago
   */
  async remove(name: string): Promise<boolean> {
    if (this.#packed.some((model) => model.name === name)) {
      throw new ImagoError(`The model "${name}" is a part of Imago, and stays.`);
    }
    const path = this.#path(name);
    const record = recordPath(this.folder, name);
    const isRecorded = isModelName(name) && existsSync(record);
    const isUnfinished = isModelName(name) && existsSync(partialPath(path));
    if (!isRecorded && !isUnfinished) await this.#named(name);
    const isOwn = isRecorded || this.#models.some((model) => model.name === name);
    let removed = false;
    // The record last: without it, what could not be removed would have no name.
    for (const file of isOwn ? [path, partialPath(path), record] : [partialPath(path)]) {
      if ((await sizeOf(file)) === undefined) continue;
      await rm(file).catch((error: unknown) => {
        throw fileError("write", file, error);
      });
      removed = true;
    }
    return removed;
  }

  #path(name: string): string {
    return join(this.folder, `${name}.onnx`);
  }

  async #all(): Promise<StorableModel[]> {
    const known = [...this.#packed, ...this.#models];
    const listed = new Set(known.map((model) => model.name));
    const records = await listRecords(this.folder);
    return [...known, ...records.filter((record) => !listed.has(record.name))];
  }

  async #named(name: string): Promise<StorableModel> {
    const known = [...this.#packed, ...this.#models].find((model) => model.name === name);
    if (known !== undefined) return known;
    const record = isModelName(name) ? await readRecord(this.folder, name) : undefined;
    return record ?? modelNamed<PulledModel | PackedModel>(name, await this.#all());
  }

  async #stored(model: StorableModel): Promise<StoredModel> {
    if (isPacked(model)) {
      const path = packedPath(model);
      return { model, path, present: (await sizeOf(path)) === model.bytes };
    }
    const path = this.#path(model.name);
    const size = await sizeOf(path);
    if (model.sha256 !== undefined) return { model, path, present: size === model.bytes };
    const record = await this.#record(model);
    return { model, path, present: record !== undefined && size === record.bytes };
  }

  /** What is kept of a model without a pinned digest; a record that is damaged, or of another address, is none. */
  async #record({ name, address }: Pick<Wanted, "name" | "address">): Promise<PulledModel | undefined> {
    const record = await readRecord(this.folder, name).catch(() => undefined);
    return record?.address === address ? record : undefined;
  }

  async #pullPinned(model: DownloadFile & { readonly name: string }, settings: PullSettings): Promise<void> {
    const { offline, ...network } = settings;
    const path = this.#path(model.name);
    if (await holds(path, model)) return;
    if (isOffline(offline)) {
      const state = (await sizeOf(path)) === model.bytes ? "is damaged" : "is not here";
      throw offlineError(model.name, state, `copy ${model.address} to ${path}`);
    }
    await this.#createFolder();
    await download(model, path, network);
  }

  /** Downloads a model, unless its file is here with the digest that was stated when it came. */
  async #pullStated(wanted: Wanted, settings: PullSettings): Promise<PulledModel> {
    const { offline, ...network } = settings;
    const { name, address, sha256, isListed } = wanted;
    const path = this.#path(name);
    const record = await this.#record(wanted);
    const isMeant = record !== undefined && (sha256 ?? record.sha256) === record.sha256;
    if (isMeant && (await holds(path, record))) return record;
    if (isOffline(offline)) {
      const state = isMeant && (await sizeOf(path)) === record.bytes ? "is damaged" : "is not here";
      throw offlineError(name, state, "download the file by hand, and name its path");
    }
    await this.#createFolder();
    const { onProgress, ...request } = network;
    const file = await statedFile(address, { ...request, sha256 });
    if (!(await holds(path, file))) {
      if (!isListed && record === undefined && (await sizeOf(path)) !== undefined) {
        throw new ImagoError(`There is another file ${path}, which nothing is known of.`, {
          help: "Give the model another name with --name, or delete that file.",
        });
      }
      await download(file, path, { ...request, onProgress });
    }
    const pulled = { name, ...file, pulled: new Date().toISOString() };
    await writeRecord(this.folder, pulled);
    return pulled;
  }

  /** Refuses names that another model has. On some systems files differ in more than the case of their letters. */
  async #checkFree(name: string, address: string): Promise<void> {
    const isSame = (other: { readonly name: string }): boolean =>
      other.name.toLowerCase() === name.toLowerCase();
    const listed = [...this.#packed, ...this.#models].find(isSame);
    if (listed !== undefined) {
      throw new ImagoError(`The catalogue has a model "${listed.name}".`, {
        help: "Give this one another name: --name NAME",
      });
    }
    const other = (await listRecords(this.folder)).find(isSame);
    if (other === undefined || (other.name === name && other.address === address)) return;
    throw new ImagoError(`There is a model "${other.name}" already, from ${other.address}.`, {
      help: `Give this one another name with --name, or remove that one: imago models remove ${other.name}`,
    });
  }

  async #createFolder(): Promise<void> {
    await makeFolder(this.folder);
  }
}

export const isPacked = (model: StorableModel): model is PackedModel => "file" in model;

/** A model whose digest the hub has to state. */
interface Wanted {
  readonly name: string;
  readonly address: string;
  readonly sha256?: string | undefined;
  /** Whether the catalogue has it, so that the file of its name is its own. */
  readonly isListed: boolean;
}

const isOffline = (offline: boolean | undefined): boolean => offline ?? process.env.IMAGO_OFFLINE === "1";

function offlineError(name: string, state: string, otherwise: string): ImagoError {
  return new ImagoError(`The model "${name}" ${state}, and no server is asked when offline.`, {
    help: `Pull it when there is a connection, or ${otherwise}`,
  });
}

/** A file's size for people: `28.0 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
