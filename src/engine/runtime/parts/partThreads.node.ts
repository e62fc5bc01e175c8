import type { Tensors } from "../runtime.js";
import { keyOfLayout, type Layout, tensorsIn } from "./memory.js";
import type { Shared } from "./messages.js";
import { PartThread } from "./partThread.node.js";

/** What all threads are fed alike, in memory that all programs of the same inputs use. */
export interface Common extends Shared {
  readonly key: string;
  readonly tensors: Tensors;
}

/**
 * The threads that run parts, for all programs of a runtime: started when a program needs them, and ended with the last program.
 * Programs take turns: one run has all threads.
 */
export class PartThreads {
  readonly #threads: PartThread[] = [];
  readonly #commons = new Map<string, { readonly common: Common; users: number }>();
  #programs = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #ids = 0;
  readonly #onExit = (): void => {
    for (const thread of this.#threads) thread.leave();
  };

  /** Threads that live. */
  get size(): number {
    return this.#threads.filter(({ isAlive }) => isAlive).length;
  }

  /** A number for what is opened, other than all before. */
  nextId(): number {
    return this.#ids++;
  }

  /** Runs work after all that was asked for before it. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** As many threads, those that have died replaced. */
  take(count: number): readonly PartThread[] {
    if (count > 0 && this.#threads.length === 0) process.on("exit", this.#onExit);
    for (let at = 0; at < count; at++) {
      if (this.#threads[at]?.isAlive !== true) this.#threads[at] = new PartThread();
    }
    return this.#threads.slice(0, count);
  }

  /** Memory for a program's common feeds. */
  enter(layout: Layout): Common {
    this.#programs++;
    const key = keyOfLayout(layout);
    let known = this.#commons.get(key);
    if (known === undefined) {
      const memory = new SharedArrayBuffer(layout.bytes);
      known = { common: { key, layout, memory, tensors: tensorsIn(layout, memory) }, users: 0 };
      this.#commons.set(key, known);
    }
    known.users++;
    return known.common;
  }

  /** Gives up a program's use of its memory, and of the threads. */
  async leave({ key }: Common): Promise<void> {
    const known = this.#commons.get(key);
    if (known !== undefined && --known.users === 0) this.#commons.delete(key);
    if (--this.#programs === 0) await this.stop();
  }

  async stop(): Promise<void> {
    const threads = this.#threads.slice();
    await Promise.all(threads.map((thread) => thread.stop()));
    this.#threads.length = 0;
    process.off("exit", this.#onExit);
  }
}
