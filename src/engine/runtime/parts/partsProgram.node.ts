import { ImagoError } from "../../errors.js";
import type { Graph } from "../../graph/graph.js";
import type { TensorType } from "../../tensor/tensor.js";
import type { PartsProgram, Program, Tensors } from "../runtime.js";
import { type Layout, layoutOf, tensorsIn, writeTensors } from "./memory.js";
import type { Shared } from "./messages.js";
import type { PartThread } from "./partThread.node.js";
import type { Common, PartThreads } from "./partThreads.node.js";

/** A graph as ONNX Runtime takes it, in whatever thread. */
export interface ReadyGraph {
  readonly graph: Graph;
  readonly model: Uint8Array;
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether its outputs are not copied, see `uncopiedOutputs`. */
  readonly uncopied: boolean;
}

/** A part that another thread computes. */
interface Part {
  readonly ready: ReadyGraph;
  readonly own: Shared & { readonly tensors: Tensors };
  readonly results: Shared;
  /** The results in memory of this thread's own: ONNX Runtime takes no shared memory for a feed. */
  readonly taken: { readonly bytes: Uint8Array; readonly tensors: Tensors };
  /** Where it was opened, and under which number; another thread after that one died. */
  opened: { readonly thread: PartThread; readonly id: number } | undefined;
}

/** Makes errors of what ONNX Runtime says. */
export type ToError = (message: string) => Error;

/** The first part is computed by this thread, which would else wait, each other by one of its own. */
export class NodePartsProgram implements PartsProgram {
  readonly #threads: PartThreads;
  readonly #first: Program;
  readonly #others: readonly Part[];
  readonly #common: Common;
  readonly #toError: ToError;
  #into: Tensors | undefined;
  #isDisposed = false;

  /**
   * @param first the program of the first part
   * @param others the other parts, which have the inputs of the first
   * @param isCommon whether an input of this name is the same for all
   */
  constructor(
    threads: PartThreads,
    first: Program,
    others: readonly ReadyGraph[],
    isCommon: (name: string) => boolean,
    toError: ToError,
  ) {
    this.#threads = threads;
    this.#first = first;
    this.#toError = toError;
    const typesOf = ({ graph }: ReadyGraph, common: boolean): Map<string, TensorType> =>
      new Map(
        graph.inputs.filter(({ name }) => isCommon(name) === common).map(({ name, type }) => [name, type]),
      );
    this.#common = threads.enter(layoutOf(typesOf(others[0] as ReadyGraph, true)));
    this.#others = others.map((ready) => {
      const own = sharedMemory(layoutOf(typesOf(ready, false)));
      const outputs = ready.graph.outputs.map(({ name, value }) => [name, value.type] as const);
      const results = sharedMemory(layoutOf(new Map(outputs)));
      const bytes = new Uint8Array(results.layout.bytes);
      return {
        ready,
        own: { ...own, tensors: tensorsIn(own.layout, own.memory) },
        results,
        taken: { bytes, tensors: tensorsIn(results.layout, bytes.buffer) },
        opened: undefined,
      };
    });
  }

  /** Makes all parts ready. */
  async open(): Promise<void> {
    await this.#threads.inTurn(() => this.#open());
  }

  async #open(): Promise<void> {
    const threads = this.#threads.take(this.#others.length);
    await Promise.all(
      this.#others.map(async (part, at) => {
        const thread = threads[at] as PartThread;
        if (part.opened?.thread === thread) return;
        part.opened = undefined;
        const id = this.#threads.nextId();
        const { key, layout, memory } = this.#common;
        await thread.open({
          id,
          model: part.ready.model,
          options: part.ready.options,
          common: { key, layout, memory },
          own: { layout: part.own.layout, memory: part.own.memory },
          results: part.results,
        });
        part.opened = { thread, id };
      }),
    );
  }

  run(common: Tensors, own: readonly Tensors[]): Promise<readonly Tensors[]> {
    return this.#threads.inTurn(async () => {
      if (this.#isDisposed) throw new ImagoError("the program was disposed and cannot run");
      await this.#open();
      writeTensors(this.#common.tensors, common);
      this.#others.forEach((part, at) => {
        writeTensors(part.own.tensors, own[at + 1] as Tensors);
      });
      const first = await this.#runAll({ ...common, ...own[0] });
      for (const { results, taken } of this.#others) taken.bytes.set(new Uint8Array(results.memory));
      return [first, ...this.#others.map(({ taken }) => taken.tensors)];
    });
  }

  /** Waits for all parts, also where one of them fails: none may run when the next step writes its feeds. */
  async #runAll(feeds: Tensors): Promise<Tensors> {
    const started = this.#others.map(({ opened }) => opened as NonNullable<Part["opened"]>);
    for (const { thread, id } of started) thread.start(id);
    const ends: PromiseSettledResult<Tensors | string | undefined>[] = await Promise.allSettled([
      this.#first.run(feeds, this.#into),
    ]);
    for (const { thread } of started) ends.push(...(await Promise.allSettled([thread.end()])));
    for (const end of ends) {
      if (end.status === "rejected") throw end.reason;
      if (typeof end.value === "string") throw this.#toError(end.value);
    }
    this.#into = (ends[0] as PromiseFulfilledResult<Tensors>).value;
    return this.#into;
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    await this.#threads.inTurn(async () => {
      for (const { opened } of this.#others) opened?.thread.close(opened.id);
      await this.#first.dispose();
      await this.#threads.leave(this.#common);
    });
  }
}

function sharedMemory(layout: Layout): Shared {
  return { layout, memory: new SharedArrayBuffer(layout.bytes) };
}
