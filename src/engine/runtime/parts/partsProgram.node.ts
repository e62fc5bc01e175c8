import { ImagoError } from "../../errors.js";
import type { TensorType } from "../../tensor/tensor.js";
import type { ReadyGraph } from "../readyGraph.js";
import type { PartsProgram, Program, Tensors } from "../runtime.js";
import { layoutOf, tensorsIn, writeTensors } from "./memory.js";
import type { PartModel, Shared } from "./messages.js";
import { PartQueue } from "./partQueue.js";
import type { PartThread } from "./partThread.node.js";
import type { Common, PartThreads } from "./partThreads.node.js";

/** A graph for one size of part. */
export interface PartGraph {
  /** The program of this thread. */
  readonly program: Program;
  /** The same for other threads. */
  readonly ready: ReadyGraph;
}

/** What {@link NodePartsProgram} is made of. */
export interface PartsProgramOptions {
  readonly threads: PartThreads;
  /** Threads beside this one. */
  readonly others: number;
  /** The graphs, which have the same inputs but for their numbers of rows. */
  readonly graphs: readonly PartGraph[];
  /** For each part the place of its graph. */
  readonly parts: readonly number[];
  /** Whether an input of this name is the same for all parts. */
  readonly isCommon: (name: string) => boolean;
  readonly toError: ToError;
}

/** One part of the batch. */
interface Part {
  readonly graph: number;
  readonly own: Shared & { readonly tensors: Tensors };
  readonly results: SharedArrayBuffer;
  /** The results in memory of this thread's own: ONNX Runtime takes no shared memory for a feed. */
  readonly taken: { readonly bytes: Uint8Array; readonly tensors: Tensors };
}

/** Where the program was opened, and under which number. */
interface Opened {
  readonly thread: PartThread;
  readonly id: number;
}

/** Makes errors of what ONNX Runtime says. */
export type ToError = (message: string) => Error;

/** The parts are computed by this thread, which would else wait, and by others, each of which takes a part when it is done with one. */
export class NodePartsProgram implements PartsProgram {
  readonly #threads: PartThreads;
  readonly #graphs: readonly PartGraph[];
  readonly #models: readonly PartModel[];
  readonly #parts: readonly Part[];
  readonly #queue: PartQueue;
  readonly #common: Common;
  readonly #toError: ToError;
  /** The other threads; one that died is replaced by another before the next run. */
  readonly #opened: (Opened | undefined)[];
  #isDisposed = false;

  constructor({ threads, others, graphs, parts, isCommon, toError }: PartsProgramOptions) {
    this.#threads = threads;
    this.#graphs = graphs;
    this.#toError = toError;
    const typesOf = ({ graph }: ReadyGraph, common: boolean): Map<string, TensorType> =>
      new Map(
        graph.inputs.filter(({ name }) => isCommon(name) === common).map(({ name, type }) => [name, type]),
      );
    this.#common = threads.enter(layoutOf(typesOf((graphs[0] as PartGraph).ready, true)));
    this.#models = graphs.map(({ ready }) => {
      const outputs = ready.graph.outputs.map(({ name, value }) => [name, value.type] as const);
      const { model, options } = ready;
      return { model, options, own: layoutOf(typesOf(ready, false)), results: layoutOf(new Map(outputs)) };
    });
    this.#parts = parts.map((graph) => partOf(graph, this.#models[graph] as PartModel));
    this.#queue = new PartQueue(parts.length);
    this.#opened = Array.from({ length: others }, () => undefined);
  }

  /** Makes all threads ready. */
  async open(): Promise<void> {
    await this.#threads.inTurn(() => this.#open());
  }

  async #open(): Promise<void> {
    const threads = this.#threads.take(this.#opened.length);
    await Promise.all(
      threads.map(async (thread, at) => {
        if (this.#opened[at]?.thread === thread) return;
        this.#opened[at] = undefined;
        const id = this.#threads.nextId();
        const { key, layout, memory } = this.#common;
        await thread.open({
          id,
          models: this.#models,
          common: { key, layout, memory },
          parts: this.#parts.map(({ graph, own, results }) => ({ model: graph, own: own.memory, results })),
          queue: this.#queue.memory,
        });
        this.#opened[at] = { thread, id };
      }),
    );
  }

  run(common: Tensors, own: readonly Tensors[]): Promise<readonly Tensors[]> {
    return this.#threads.inTurn(async () => {
      if (this.#isDisposed) throw new ImagoError("the program was disposed and cannot run");
      await this.#open();
      if (this.#opened.length > 0) {
        writeTensors(this.#common.tensors, common);
        this.#parts.forEach((part, at) => {
          writeTensors(part.own.tensors, own[at] as Tensors);
        });
      }
      await this.#runAll(common, own);
      this.#parts.forEach(({ results, taken }, at) => {
        if (this.#queue.isElsewhere(at)) taken.bytes.set(new Uint8Array(results));
      });
      return this.#parts.map(({ taken }) => taken.tensors);
    });
  }

  /** Waits for all threads, also where one of them fails: none may run when the next step writes its feeds. */
  async #runAll(common: Tensors, own: readonly Tensors[]): Promise<void> {
    this.#queue.reset();
    const started = this.#opened as readonly Opened[];
    for (const { thread, id } of started) thread.start(id, this.#queue);
    const ends = await Promise.allSettled([this.#runHere(common, own)]);
    const others: PromiseSettledResult<string | undefined>[] = [];
    for (const { thread } of started) others.push(...(await Promise.allSettled([thread.end()])));
    for (const end of [...ends, ...others]) {
      if (end.status === "rejected") throw end.reason;
      if (typeof end.value === "string") throw this.#toError(end.value);
    }
  }

  async #runHere(common: Tensors, own: readonly Tensors[]): Promise<void> {
    try {
      for (let at = this.#queue.take(); at !== undefined; at = this.#queue.take()) {
        const { graph, taken } = this.#parts[at] as Part;
        const { program } = this.#graphs[graph] as PartGraph;
        await program.run({ ...common, ...own[at] }, taken.tensors);
      }
    } catch (error) {
      this.#queue.close();
      throw error;
    }
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.#threads.inTurn(async () => {
      for (const opened of this.#opened) opened?.thread.close(opened.id);
      for (const { program } of this.#graphs) await program.dispose();
      await this.#threads.leave(this.#common);
    });
  }
}

function partOf(graph: number, { own, results }: PartModel): Part {
  const memory = new SharedArrayBuffer(own.bytes);
  const bytes = new Uint8Array(results.bytes);
  return {
    graph,
    own: { layout: own, memory, tensors: tensorsIn(own, memory) },
    results: new SharedArrayBuffer(results.bytes),
    taken: { bytes, tensors: tensorsIn(results, bytes.buffer) },
  };
}
