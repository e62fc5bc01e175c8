import { type FileHandle, open, rm } from "node:fs/promises";
import { ImagoError } from "../../../engine/errors.js";
import { fileError } from "../../../engine/files/fileError.js";
import { crc32c } from "../../../engine/files/journal/crc32c.js";
import { parseJson } from "../../../engine/files/parseJson.js";
import { list, number, numbers, optional, readOptions, refusal, unchecked } from "../../../engine/options.js";
import { sizeOf } from "../../../engine/tensor/shape.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { joinRows } from "../../../nn/training/predict.js";
import type { SoftTargetsInfo } from "../teachers/softTargets.js";

/** What the first line of the file says: of which work it is, and how one row lies in it. */
interface Header {
  readonly work: WorkInfo;
  /** Each tensor's name and shape of a row, in their order. */
  readonly row: readonly (readonly [name: string, shape: readonly number[]])[];
  /** CRC-32C of the other two as JSON. Those of older versions have none, nor have their batches. */
  readonly check?: number | undefined;
}

/** Of which work it is. */
export type WorkInfo = SoftTargetsInfo & { readonly batchSize: number };

const rowBytes = ({ row }: Header): number => row.reduce((sum, [, shape]) => sum + 4 * sizeOf(shape), 0);

/** How every such file begins. */
const start = '{"work":';
/** A checksum behind each batch. */
const checkBytes = 4;

const checkOf = ({ work, row }: Header): number =>
  crc32c(new TextEncoder().encode(JSON.stringify({ work, row })));

const sizes = numbers({ min: 0, max: 2 ** 31, integer: true });

const headerFields = {
  work: unchecked<WorkInfo>("an object"),
  row: list(
    {
      expected: "[name, shape]",
      read: (where: string, name: string, value: unknown): readonly [string, readonly number[]] => {
        const [own, shape, ...more] = Array.isArray(value) ? (value as unknown[]) : [];
        if (typeof own !== "string" || more.length > 0) throw refusal(where, name, "[name, shape]", value);
        return [own, sizes.read(where, name, shape)];
      },
    },
    "an array of [name, shape]",
  ),
  check: optional(number({ min: 0, max: 2 ** 32 - 1, integer: true })),
};

/** A line of text, then batches of rows, each with a checksum behind it: work that goes on behind its last sound batch. */
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
   * Opens it, cuts off what is behind the last sound batch, and tells how many there are.
   *
   * @param batches rows in each batch
   * @throws when it is of other work, or no such file
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
    if (header !== undefined && JSON.stringify(header.work) !== JSON.stringify(this.#work)) {
      throw new ImagoError(
        `softTargets: ${this.#path} is unfinished work on other data, or with other settings.`,
        {
          help: "Finish it as it was begun, remove it, or give another file.",
        },
      );
    }
    if (header?.check === undefined) {
      await this.#file.truncate(0);
      return 0;
    }
    if (header.check !== checkOf(header)) throw this.#foreign("its first line was altered");
    this.#header = header;
    return this.#cutBehindSound(size);
  }

  async #cutBehindSound(size: number): Promise<number> {
    let whole = 0;
    let end = this.#start;
    for (const rows of this.#batches) {
      const next = end + rows * rowBytes(this.#header as Header) + checkBytes;
      if (next > size || !(await this.#isSound(end, next))) break;
      end = next;
      whole++;
    }
    await this.#opened.truncate(end);
    return whole;
  }

  async #isSound(from: number, to: number): Promise<boolean> {
    const bytes = Buffer.alloc(to - from);
    const { bytesRead } = await this.#opened.read(bytes, 0, bytes.length, from);
    const end = bytes.length - checkBytes;
    return bytesRead === bytes.length && crc32c(bytes, 0, end) === bytes.readUInt32LE(end);
  }

  /** The first line; nothing where it is not whole. */
  async #readHeader(size: number): Promise<Header | undefined> {
    const bytes = Buffer.alloc(Math.min(size, 1 << 20));
    await this.#opened.read(bytes, 0, bytes.length, 0);
    const end = bytes.indexOf(0x0a);
    const text = bytes.toString("utf8", 0, end < 0 ? start.length : end);
    if (!start.startsWith(text.slice(0, start.length))) throw this.#foreign();
    if (end < 0) return undefined;
    this.#start = end + 1;
    try {
      return readOptions(this.#path, parseJson(text, this.#path), headerFields);
    } catch (cause) {
      throw this.#foreign("", cause);
    }
  }

  #foreign(why = "", cause?: unknown): ImagoError {
    const what = why === "" ? "" : `: ${why}`;
    return new ImagoError(`softTargets: ${this.#path} is no unfinished work of softTargets${what}.`, {
      help: "Remove it, or give another file.",
      cause,
    });
  }

  get #opened(): FileHandle {
    return this.#file as FileHandle;
  }

  /** Adds one batch, by name. */
  async append(batch: Readonly<Record<string, Tensor>>): Promise<void> {
    const named = Object.entries(batch);
    if (this.#header === undefined) {
      const header: Header = {
        work: this.#work,
        row: named.map(([name, { shape }]) => [name, shape.slice(1)]),
      };
      this.#header = { ...header, check: checkOf(header) };
      const line = Buffer.from(`${JSON.stringify(this.#header)}\n`);
      this.#start = line.length;
      await this.#write(line);
    }
    this.#check(batch);
    // Tensor behind tensor within the batch.
    const bytes = Buffer.concat([...named.map(([, tensor]) => tensor.bytes), Buffer.alloc(checkBytes)]);
    bytes.writeUInt32LE(crc32c(bytes, 0, bytes.length - checkBytes), bytes.length - checkBytes);
    await this.#write(bytes);
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
      position += checkBytes;
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
