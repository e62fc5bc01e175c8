import { type FileHandle, open, rm } from "node:fs/promises";
import { ImagoError } from "../../../engine/errors.js";
import { fileError } from "../../../engine/files/fileError.js";
import { sizeOf } from "../../../engine/tensor/shape.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { joinRows } from "../../../nn/training/predict.js";
import type { SoftTargetsInfo } from "../teachers/softTargets.js";

/** What the first line of the file says: of which work it is, and how one row lies in it. */
interface Header {
  readonly work: WorkInfo;
  /** Each tensor's name and shape of a row, in their order. */
  readonly row: readonly (readonly [name: string, shape: readonly number[]])[];
}

/** Of which work it is. */
export type WorkInfo = SoftTargetsInfo & { readonly batchSize: number };

const rowBytes = ({ row }: Header): number => row.reduce((sum, [, shape]) => sum + 4 * sizeOf(shape), 0);

/** A line of text, then the rows behind each other: work that goes on behind its last whole batch. */
export class PartialFile {
  readonly #path: string;
  readonly #work: WorkInfo;
  #file: FileHandle | undefined;
  #header: Header | undefined;
  /** Where rows begin. */
  #start = 0;
  /** Rows in each batch. */
  #batches: readonly number[] = [];

  constructor(path: string, work: WorkInfo) {
    this.#path = path;
    this.#work = work;
  }

  /**
   * Opens it, cuts off what is behind the last whole batch, and tells how many there are.
   *
   * @param batches rows in each batch
   * @throws when it is of other work
   */
  async open(batches: readonly number[]): Promise<number> {
    this.#batches = batches;
    try {
      this.#file = await open(this.#path, "a+");
    } catch (error) {
      throw fileError("write", this.#path, error);
    }
    const { size } = await this.#file.stat();
    const header = await this.#readHeader(size);
    if (header === undefined) {
      await this.#file.truncate(0);
      return 0;
    }
    if (JSON.stringify(header.work) !== JSON.stringify(this.#work)) {
      throw new ImagoError(
        `softTargets: ${this.#path} is unfinished work on other data, or with other settings.`,
        {
          help: "Finish it as it was begun, remove it, or give another file.",
        },
      );
    }
    this.#header = header;
    let whole = 0;
    let end = this.#start;
    for (const rows of batches) {
      if (end + rows * rowBytes(header) > size) break;
      end += rows * rowBytes(header);
      whole++;
    }
    await this.#file.truncate(end);
    return whole;
  }

  /** The first line; nothing where it is not whole. */
  async #readHeader(size: number): Promise<Header | undefined> {
    const bytes = Buffer.alloc(Math.min(size, 1 << 20));
    await this.#opened.read(bytes, 0, bytes.length, 0);
    const end = bytes.indexOf(0x0a);
    if (end < 0) return undefined;
    this.#start = end + 1;
    try {
      return JSON.parse(bytes.subarray(0, end).toString()) as Header;
    } catch (cause) {
      throw new ImagoError(`softTargets: ${this.#path} is no unfinished work of softTargets.`, { cause });
    }
  }

  get #opened(): FileHandle {
    return this.#file as FileHandle;
  }

  /** Adds one batch, by name. */
  async append(batch: Readonly<Record<string, Tensor>>): Promise<void> {
    const named = Object.entries(batch);
    if (this.#header === undefined) {
      this.#header = { work: this.#work, row: named.map(([name, { shape }]) => [name, shape.slice(1)]) };
      const line = Buffer.from(`${JSON.stringify(this.#header)}\n`);
      this.#start = line.length;
      await this.#write(line);
    }
    this.#check(batch);
    // Tensor behind tensor within the batch.
    await this.#write(Buffer.concat(named.map(([, tensor]) => tensor.bytes)));
  }

  #check(batch: Readonly<Record<string, Tensor>>): void {
    for (const [name, shape] of this.#header?.row ?? []) {
      const own = batch[name];
      if (own?.dtype === "float32" && own.shape.slice(1).join() === shape.join()) continue;
      throw new ImagoError(`softTargets: the teacher's output "${name}" changed its shape between batches.`);
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#opened.appendFile(bytes);
    } catch (error) {
      throw fileError("write", this.#path, error);
    }
  }

  /** All batches joined: `[views, rows, …]` each. */
  async tensors(): Promise<Record<string, Tensor>> {
    const { row } = this.#header as Header;
    const { rows, views = 1 } = this.#work;
    const parts = new Map(row.map(([name]) => [name, [] as Tensor[]]));
    let position = this.#start;
    for (const count of this.#batches) {
      for (const [name, shape] of row) {
        const data = new Float32Array(count * sizeOf(shape));
        await this.#opened.read(new Uint8Array(data.buffer), 0, data.byteLength, position);
        position += data.byteLength;
        parts.get(name)?.push(new Tensor("float32", [count, ...shape], data));
      }
    }
    const joined = [...parts].map(([name, all]) => {
      const whole = joinRows(all);
      return [name, whole.reshape([views, rows, ...whole.shape.slice(1)])] as const;
    });
    return Object.fromEntries(joined);
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  /** Takes the file away, when all is done. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}
