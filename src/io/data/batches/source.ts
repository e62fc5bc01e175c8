import { ImagoError } from "../../../engine/errors.js";
import { number } from "../../../engine/options.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Part } from "../picturePart.js";
import type { OpenCache, Session } from "../session.js";
import type { BatchJob, BatchResult, PicturesFrom } from "../threads/jobs.js";
import { type BatchesOptions, type BatchesSettings, readBatchesOptions } from "./options.js";
import { batchCount, batchRange, epochOrder } from "./order.js";
import { joined, portionsOf } from "./portions.js";

/** How a source has kept up with who reads it. */
export interface SourceStats {
  /** Pictures given so far. */
  readonly pictures: number;
  /** Milliseconds that whoever reads it has waited for a batch. */
  readonly waitedMs: number;
  /** Milliseconds from the first batch that was asked for to the last that was given, of all epochs. */
  readonly elapsedMs: number;
}

/** One epoch's batches, from one on. */
export type PictureEpoch = (epoch: number, skip?: number) => AsyncIterable<readonly [x: Tensor, y: Tensor]>;

/** A source of batches, as `fit` and `evaluate` take it. */
export type PictureSource = PictureEpoch & {
  /** The same with batches left out at the start, as `fit` asks for an epoch that was interrupted. */
  readonly from: PictureEpoch;
  /** Batches in an epoch. */
  readonly steps: number;
  readonly stats: SourceStats;
};

/** @throws ImagoError on unknown options and values outside their range; where the part has no picture */
export function pictureSource(
  session: Session,
  part: Part,
  options: BatchesOptions | undefined,
  /** Reads all pictures first, where there is a cache. */
  makeReady: () => Promise<void>,
): PictureSource {
  const where = `imageFolder: ${part.name}.batches`;
  const settings = readBatchesOptions(where, options, session.settings.size);
  if (part.size === 0) {
    throw new ImagoError(`${where}: the part has no picture.`, {
      help:
        part.name === "train"
          ? "Give the folder pictures."
          : `Give imageFolder split: { ${part.name}: 0.2 }, or a folder of that name.`,
    });
  }
  const reader = new SourceReader(session, part, settings, makeReady);
  const source: PictureEpoch = (epoch, skip = 0) => {
    const field = number({ min: 0, integer: true });
    return reader.epoch(field.read(where, "epoch", epoch), field.read(where, "skip", skip));
  };
  const { batchSize } = settings;
  return Object.defineProperties(source, {
    from: { value: source, enumerable: true },
    steps: { get: () => batchCount(part.size, batchSize), enumerable: true },
    stats: { get: () => reader.stats, enumerable: true },
  }) as PictureSource;
}

class SourceReader {
  readonly #session: Session;
  readonly #part: Part;
  readonly #settings: BatchesSettings;
  readonly #makeReady: () => Promise<void>;
  readonly #stats = { pictures: 0, waitedMs: 0, elapsedMs: 0 };

  constructor(session: Session, part: Part, settings: BatchesSettings, makeReady: () => Promise<void>) {
    this.#session = session;
    this.#part = part;
    this.#settings = settings;
    this.#makeReady = makeReady;
  }

  get stats(): SourceStats {
    return { ...this.#stats };
  }

  async *epoch(epoch: number, skip: number): AsyncGenerator<readonly [x: Tensor, y: Tensor]> {
    const begun = performance.now();
    const before = this.#stats.elapsedMs;
    await this.#makeReady();
    const batches = new Batches(this.#session, this.#part, this.#settings, { epoch, skip });
    const ahead = this.#settings.prefetch ?? this.#session.threads + 1;
    const queue: Promise<BatchResult>[] = [];
    const controller = new AbortController();
    const own = this.#session.settings.signal;
    const signal = own === undefined ? controller.signal : AbortSignal.any([own, controller.signal]);
    let next = skip;
    const fill = (): void => {
      while (queue.length < ahead && next < batches.count) queue.push(batches.begin(next++, signal));
    };
    try {
      for (let batch = skip; batch < batches.count; batch++) {
        fill();
        const asked = performance.now();
        const result = await (queue.shift() as Promise<BatchResult>);
        // Before whoever reads goes on, and perhaps blocks this thread.
        fill();
        this.#stats.waitedMs += performance.now() - asked;
        this.#stats.elapsedMs = before + performance.now() - begun;
        this.#stats.pictures += result.count;
        batches.tell(batch, result);
        if (result.count > 0) yield batches.tensors(result);
      }
    } finally {
      controller.abort();
    }
  }
}

/** The batches of one epoch. */
class Batches {
  readonly count: number;
  readonly #session: Session;
  readonly #part: Part;
  readonly #items: Part["items"];
  readonly #settings: BatchesSettings;
  readonly #epoch: number;
  readonly #first: number;
  readonly #seed: number;
  readonly #order: Uint32Array | undefined;
  readonly #size: readonly [number, number];

  constructor(
    session: Session,
    part: Part,
    settings: BatchesSettings,
    { epoch, skip }: { readonly epoch: number; readonly skip: number },
  ) {
    this.#first = skip;
    this.#session = session;
    this.#part = part;
    this.#items = part.items;
    this.#settings = settings;
    this.#epoch = epoch;
    this.#seed = settings.seed ?? session.settings.seed;
    this.#size = settings.size ?? session.settings.size;
    this.count = batchCount(this.#items.length, settings.batchSize);
    const isShuffled = settings.shuffle ?? part.name === "train";
    this.#order = isShuffled ? epochOrder(this.#items.length, this.#seed, part.name, epoch) : undefined;
  }

  begin(batch: number, signal: AbortSignal): Promise<BatchResult> {
    const result = this.#make(batch, signal);
    // Whoever stops reading leaves it unheard.
    result.catch(() => {});
    return result;
  }

  async #make(batch: number, signal: AbortSignal): Promise<BatchResult> {
    const { cache } = this.#session;
    const result = await this.#run(batch, this.#job(batch, cache), signal);
    if (cache === undefined || result.damaged === undefined) return result;
    const items = result.damaged.map((at) => this.#itemAt(batch, at)).filter((item) => item !== undefined);
    await this.#session.mend(cache, items);
    // Whether it could be mended or not, the pictures' files have the same bytes.
    return this.#run(batch, this.#job(batch, undefined), signal);
  }

  async #run(batch: number, job: BatchJob, signal: AbortSignal): Promise<BatchResult> {
    const { pool, threads } = this.#session;
    // In between each batch has a thread of its own, whose result is taken as it is.
    const isShared = batch < this.#first + threads || batch >= this.count - threads;
    const jobs = isShared ? portionsOf(job) : [[0, job] as const];
    const portions = jobs.map(async ([from, portion]) => {
      const what = `batch ${batch} of ${this.#part.name} (${this.#itemAt(batch, from)?.path} and on)`;
      return [from, await pool.run<BatchResult>("batch", portion, { what, signal })] as const;
    });
    return joined(job, await Promise.all(portions));
  }

  /** Tells the report of pictures that could not be read. */
  tell(batch: number, { unread }: BatchResult): void {
    for (const { at, reason } of unread) {
      const item = this.#itemAt(batch, at);
      if (item !== undefined) this.#session.addUnreadable(item, reason);
    }
  }

  tensors({ x, y, count }: BatchResult): readonly [x: Tensor, y: Tensor] {
    const shape = [count, ...this.#size, 3];
    const pixels =
      x instanceof Float32Array ? new Tensor("float32", shape, x) : new Tensor("uint8", shape, x);
    if (y instanceof Int32Array) return [pixels, new Tensor("int32", [count], y)];
    return [pixels, new Tensor("float32", [count, y.length / count], y)];
  }

  #numbers(batch: number): Uint32Array {
    const [from, to] = batchRange(batch, this.#items.length, this.#settings.batchSize);
    return this.#order?.slice(from, to) ?? Uint32Array.from({ length: to - from }, (_, at) => from + at);
  }

  #itemAt(batch: number, at: number): Part["items"][number] | undefined {
    return this.#items[this.#numbers(batch)[at] as number];
  }

  #job(batch: number, cache: OpenCache | undefined): BatchJob {
    const pictures = this.#numbers(batch);
    const { size, fit, background, maxPixels } = this.#session.settings;
    const { dtype, augment, mix, targets } = this.#settings;
    return {
      from: this.#from(pictures, cache),
      settings: { size, fit, background, maxPixels },
      size: this.#size,
      dtype,
      labels: Int32Array.from(pictures, (index) => (this.#items[index] as Part["items"][number]).label),
      classes: targets === "oneHot" ? this.#part.counts.length : 0,
      augment,
      mix,
      random: { seed: this.#seed, part: this.#part.name, epoch: this.#epoch, batch, pictures },
    };
  }

  #from(pictures: Uint32Array, cache: OpenCache | undefined): PicturesFrom {
    const items = Array.from(pictures, (index) => this.#items[index] as Part["items"][number]);
    if (cache === undefined) return { kind: "files", files: items.map(({ path, file }) => ({ path, file })) };
    const places = items.map(({ path }) => cache.find(path));
    const missing = places.indexOf(undefined);
    if (missing >= 0) throw new ImagoError(`The cache ${cache.file} does not hold ${items[missing]?.path}.`);
    return {
      kind: "cache",
      file: cache.file,
      places: Float64Array.from(places, (one) => one?.place ?? 0),
      sums: Uint32Array.from(places, (one) => one?.sum ?? 0),
    };
  }
}
