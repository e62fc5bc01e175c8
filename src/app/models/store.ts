import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ImagoError } from "../../engine/errors.js";
import { fileError } from "../../engine/files/fileError.js";
import { cacheFolder } from "./cacheFolder.js";
import { type CatalogueModel, catalogue, modelNamed } from "./catalogue.js";
import type { DownloadOptions } from "./download.js";
import { partialPath } from "./partialPath.js";

export interface StoreOptions {
  /** Default: the user's cache folder. */
  readonly folder?: string | undefined;
  /** Default: the models that Imago knows. */
  readonly models?: readonly CatalogueModel[] | undefined;
}

export interface PullOptions extends DownloadOptions {
  /** Ask no server. Default: whether the environment has `IMAGO_OFFLINE=1`. */
  readonly offline?: boolean | undefined;
}

/** A model of the catalogue, and whether it is here. */
export interface StoredModel {
  readonly model: CatalogueModel;
  readonly path: string;
  readonly present: boolean;
}

/** The downloaded models: one file each, in a folder of the user's cache. */
export class ModelStore {
  readonly folder: string;
  readonly #models: readonly CatalogueModel[];

  constructor(options: StoreOptions = {}) {
    this.folder = options.folder ?? cacheFolder();
    this.#models = options.models ?? catalogue;
  }

  /** Every model of the catalogue. */
  async list(): Promise<StoredModel[]> {
    return await Promise.all(this.#models.map((model) => this.#stored(model)));
  }

  /**
   * The file of a model that is here.
   *
   * @throws ImagoError when the catalogue has no such model, or it has not been downloaded
   */
  async path(name: string): Promise<StoredModel> {
    const stored = await this.#stored(modelNamed(name, this.#models));
    if (stored.present) return stored;
    throw new ImagoError(`The model "${name}" is not here.`, {
      help: `Download it (${megabytes(stored.model.bytes)}): imago models pull ${name}`,
    });
  }

  /**
   * Downloads a model, unless it is here already with the bytes that it should have.
   *
   * @throws ImagoError as `download` does; offline, when it is not here
   */
  async pull(name: string, options: PullOptions = {}): Promise<StoredModel> {
    const stored = await this.#stored(modelNamed(name, this.#models));
    const { model, path } = stored;
    if (stored.present && (await digest(path)) === model.sha256) return stored;
    if (options.offline ?? process.env.IMAGO_OFFLINE === "1") {
      const state = stored.present ? "is damaged" : "is not here";
      throw new ImagoError(`The model "${name}" ${state}, and no server is asked when offline.`, {
        help: `Pull it when there is a connection, or copy ${model.address} to ${path}`,
      });
    }
    await mkdir(this.folder, { recursive: true }).catch((error: unknown) => {
      throw fileError("write", this.folder, error);
    });
    // Not before: the HTTP client takes a while to load, and most calls need none.
    const { download } = await import("./download.js");
    await download(model, path, options);
    return { ...stored, present: true };
  }

  /**
   * Removes a model's file, and what there is of an unfinished download.
   *
   * @returns whether there was something
   */
  async remove(name: string): Promise<boolean> {
    const { path } = await this.#stored(modelNamed(name, this.#models));
    let removed = false;
    for (const file of [path, partialPath(path)]) {
      if ((await sizeOf(file)) === undefined) continue;
      await rm(file).catch((error: unknown) => {
        throw fileError("write", file, error);
      });
      removed = true;
    }
    return removed;
  }

  async #stored(model: CatalogueModel): Promise<StoredModel> {
    const path = join(this.folder, `${model.name}.onnx`);
    return { model, path, present: (await sizeOf(path)) === model.bytes };
  }
}

/** Bytes; `undefined` where there is no such file. */
async function sizeOf(path: string): Promise<number | undefined> {
  return await stat(path).then(
    (info) => (info.isFile() ? info.size : undefined),
    () => undefined,
  );
}

async function digest(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

/** A file's size for people: `28.0 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
