import type { Worker } from "node:worker_threads";
import { ImagoError, messageOf } from "../../errors.js";
import { entryFile } from "../../files/entryFile.node.js";
import { startThread } from "../../files/startThread.node.js";
import {
  control,
  controlBytes,
  type FromPart,
  type OpenProgram,
  type PartData,
  readFailure,
  type ToPart,
} from "./messages.js";
import type { PartQueue } from "./partQueue.js";

/** Milliseconds after which it is looked whether a thread that is waited for still lives. */
const look = 20;
/** Milliseconds in which a thread that is to end has to finish what it is at. */
const patience = 10_000;

/** A thread that runs parts beside this one. Keeps the process alive only while it is waited for. */
export class PartThread {
  readonly #worker: Worker;
  readonly #control = new SharedArrayBuffer(controlBytes);
  readonly #word = new Int32Array(this.#control, 0, 1).fill(control.done);
  #queue: PartQueue | undefined;
  readonly #opening = new Map<number, { resolve: () => void; reject: (reason: unknown) => void }>();
  readonly #ended: Promise<void>;
  #failure: unknown;
  #death: ImagoError | undefined;

  constructor() {
    const data: PartData = { control: this.#control };
    this.#worker = startThread(entryFile("engine/runtime/parts/part.worker.node"), data);
    this.#worker.unref();
    this.#worker.on("message", (message: FromPart) => this.#hear(message));
    this.#worker.on("error", (error) => {
      this.#failure = error;
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.once("exit", (code) => {
        this.#die(code);
        resolve();
      });
    });
  }

  get isAlive(): boolean {
    return this.#death === undefined;
  }

  /** Makes a program ready. @throws ImagoError where ONNX Runtime refuses it, or the thread dies */
  open(program: OpenProgram): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#death !== undefined) return reject(this.#death);
      this.#opening.set(program.id, { resolve, reject });
      this.#worker.ref();
      Atomics.store(this.#word, 0, control.running);
      this.#send({ kind: "open", program });
    });
  }

  /** Lets it begin with a program whose feeds are written, and take parts from a queue. */
  start(id: number, queue: PartQueue): void {
    this.#queue = queue;
    Atomics.store(this.#word, 0, control.running);
    this.#send({ kind: "run", id });
  }

  /**
   * Waits, where the process is about to end, for the part or the program that it is at, and lets it take no more: a thread that is torn
   * out of ONNX Runtime's work takes the process down with it, and its exit code.
   */
  leave(): void {
    this.#queue?.close();
    const end = performance.now() + patience;
    while (this.isAlive && Atomics.load(this.#word, 0) === control.running && performance.now() < end)
      Atomics.wait(this.#word, 0, control.running, look);
  }

  /**
   * Waits for the program that was started, and holds this thread meanwhile, as a run of its own would.
   *
   * @returns nothing where all went well, else what ONNX Runtime said
   * @throws ImagoError when the thread has died
   */
  async end(): Promise<string | undefined> {
    // The call that wakes may be of the run before, and come late: what counts is the word.
    while (Atomics.load(this.#word, 0) === control.running) {
      if (Atomics.wait(this.#word, 0, control.running, look) !== "timed-out") continue;
      // Of a death this thread hears only when it lets go.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#death !== undefined) throw this.#death;
    }
    return Atomics.load(this.#word, 0) === control.failed ? readFailure(this.#control) : undefined;
  }

  close(id: number): void {
    this.#send({ kind: "close", id });
  }

  /** Ends it when it is done with what it is at: ONNX Runtime must not be torn out of its work. */
  async stop(): Promise<void> {
    if (this.#death !== undefined) return;
    // Whoever waits for its end must not be left waiting by a process with nothing else to do.
    this.#worker.ref();
    this.#send({ kind: "end" });
    const clock = setTimeout(() => void this.#worker.terminate(), patience);
    await this.#ended;
    clearTimeout(clock);
  }

  #send(message: ToPart): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromPart): void {
    const waiting = this.#opening.get(message.id);
    this.#opening.delete(message.id);
    if (this.#opening.size === 0) this.#worker.unref();
    if (message.kind === "opened") waiting?.resolve();
    else waiting?.reject(new ImagoError(`ONNX Runtime refused the graph: ${message.message}`));
  }

  #die(code: number): void {
    const cause = this.#failure;
    const why = cause === undefined ? `it ended with exit code ${code}` : messageOf(cause);
    this.#death = new ImagoError(`A thread that computes a part of the batch died: ${why}.`, {
      help: "If memory ran out, use fewer parts, or smaller batches.",
      cause,
    });
    for (const { reject } of this.#opening.values()) reject(this.#death);
    this.#opening.clear();
  }
}
