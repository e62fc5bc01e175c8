import { dirname, isAbsolute, join } from "node:path";
import { ImagoError } from "../../../engine/errors.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { preparePicture } from "../../../io/images/preparePicture.js";
import { openClassifier } from "../../../io/models/openClassifier.js";
import { packedModels } from "../../../io/models/packed.js";
import type { TableSource } from "../../../io/tables/tableSource.js";
import { featureModel } from "../../../labs/classify/transfer/featureModel.js";
import { transferBase } from "../../../labs/classify/transfer/transferBase.js";
import type { PictureReader } from "../../../labs/table/columns/decide/pictures.js";
import { tableOnnx } from "../../../labs/table/export/tableOnnx.js";
import type { TableModel } from "../../../labs/table/model/tableModel.js";
import type { PictureColumn, TableColumn } from "../../../labs/table/table.js";
import { exportOnnx } from "../../../nn/models/exportOnnx.js";
import type { Model } from "../../../nn/models/model.js";

/** Pictures that are looked at together. */
const batchSize = 32;

/** The network that comes with Imago, as what finds features in pictures. */
export class PictureNetwork {
  readonly reader: PictureReader;
  readonly #model: Model;
  readonly #size: readonly [number, number];

  private constructor(network: string, model: Model, size: readonly [number, number]) {
    this.#model = model;
    this.#size = size;
    const [output] = model.outputs;
    this.reader = { network, features: output?.tensor.shape.at(-1) as number };
  }

  static async open(): Promise<PictureNetwork> {
    const [packed] = packedModels;
    if (packed === undefined) throw new ImagoError("no network for pictures comes with this package.");
    const { model, preprocessing, name } = await openClassifier(packed.name);
    const base = transferBase(model, { preprocessing, name });
    return new PictureNetwork(`${name} ${packed.sha256.slice(0, 8)}`, featureModel(base), base.size);
  }

  /**
   * Features of the pictures that a column's cells name, once for each text.
   *
   * @param folder where names begin that are no whole paths
   * @returns nothing for files that are missing or damaged
   */
  async featuresOf(
    cells: ReadonlySet<string>,
    folder: string,
    signal?: AbortSignal,
  ): Promise<Map<string, Float32Array>> {
    const found = new Map<string, Float32Array>();
    const all = [...cells];
    for (let from = 0; from < all.length; from += batchSize) {
      signal?.throwIfAborted();
      const read = await Promise.all(
        all
          .slice(from, from + batchSize)
          .map(async (cell) => ({ cell, pixels: await this.#pixels(cell, folder) })),
      );
      const there = read.flatMap(({ cell, pixels }) => (pixels === undefined ? [] : [{ cell, pixels }]));
      if (there.length === 0) continue;
      const rows = await this.#features(there.map(({ pixels }) => pixels));
      there.forEach(({ cell }, row) => {
        found.set(cell, rows[row] as Float32Array);
      });
    }
    return found;
  }

  /** The network as a file, from pixels to features. */
  bytes(): Uint8Array {
    return exportOnnx(this.#model, { weights: "float16" });
  }

  dispose(): Promise<void> {
    return this.#model.dispose();
  }

  async #pixels(cell: string, folder: string): Promise<Tensor<"uint8"> | undefined> {
    try {
      return await preparePicture(isAbsolute(cell) ? cell : join(folder, cell), { size: this.#size });
    } catch (error) {
      if (error instanceof ImagoError) return undefined;
      throw error;
    }
  }

  async #features(pictures: readonly Tensor<"uint8">[]): Promise<Float32Array[]> {
    const [height, width] = this.#size;
    const pixels = new Float32Array(pictures.length * height * width * 3);
    pictures.forEach(({ data }, at) => {
      pixels.set(data, at * height * width * 3);
    });
    const x = new Tensor("float32", [pictures.length, height, width, 3], pixels);
    const result = await this.#model.predict({ pixels: x } as never, { batchSize: pictures.length });
    const { data } = (result as Readonly<Record<string, Tensor<"float32">>>).features as Tensor<"float32">;
    const { features } = this.reader;
    return pictures.map((_, row) => data.slice(row * features, (row + 1) * features));
  }
}

/** A model as one file, with the network for its pictures where it has some. */
export async function modelBytes(model: TableModel): Promise<Uint8Array> {
  if (!model.columns.some(({ kind }) => kind === "picture")) return tableOnnx(model);
  const network = await PictureNetwork.open();
  try {
    return tableOnnx(model, { pictures: network.bytes() });
  } finally {
    await network.dispose();
  }
}

/** What the cells of a table's columns of pictures are; nothing where it has none. */
export async function pictureCells(
  source: TableSource,
  columns: readonly TableColumn[],
  path: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, ReadonlyMap<string, Float32Array>> | undefined> {
  const pictures = columns.filter((column): column is PictureColumn => column.kind === "picture");
  if (pictures.length === 0) return undefined;
  const network = await PictureNetwork.open();
  try {
    for (const { name, network: learnt } of pictures) checkNetwork(name, learnt, network.reader.network);
    const cells = await distinctCells(source, pictures, signal);
    const found = new Map<string, ReadonlyMap<string, Float32Array>>();
    for (const [name, texts] of cells)
      found.set(name, await network.featuresOf(texts, dirname(path), signal));
    return found;
  } finally {
    await network.dispose();
  }
}

function checkNetwork(column: string, learnt: string, here: string): void {
  if (learnt === here) return;
  throw new ImagoError(
    `the pictures of column "${column}" were learnt from by ${learnt}, and this is ${here}.`,
    {
      help: "Train again, or take the version of Imago that it was trained by.",
    },
  );
}

async function distinctCells(
  source: TableSource,
  pictures: readonly PictureColumn[],
  signal: AbortSignal | undefined,
): Promise<Map<string, Set<string>>> {
  const cells = new Map(pictures.map(({ name }) => [name, new Set<string>()]));
  const places = new Map(pictures.map(({ name }) => [name, source.columns.indexOf(name)]));
  for await (const { rows } of source.rows({ signal })) {
    for (const [name, texts] of cells) {
      const place = places.get(name) as number;
      for (const row of rows) {
        const text = (row[place] ?? "").trim();
        if (text !== "") texts.add(text);
      }
    }
  }
  return cells;
}
