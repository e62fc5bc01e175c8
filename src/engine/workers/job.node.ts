import { ImagoError } from "../errors.js";
import { TimeOver } from "./endings.js";
import type { JobSettings } from "./options.js";
import type { JobEvents, WorkerProcess } from "./workerProcess.node.js";

/** Milliseconds in which a worker must have loaded its module; it takes less than one second where nothing is wrong. */
const startLimit = 120_000;

/** Where the answer goes. */
interface Answer {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  /** Called after either. */
  readonly over: () => void;
}

/** A job from when it is asked for until it is answered, which happens once. */
export class Job implements JobEvents {
  readonly #task: string;
  readonly #argument: unknown;
  readonly #settings: JobSettings;
  readonly #answer: Answer;
  readonly #abort = (): void => this.stop(this.#settings.signal?.reason);
  #process: WorkerProcess | undefined;
  #clock: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(task: string, argument: unknown, settings: JobSettings, answer: Answer) {
    this.#task = task;
    this.#argument = argument;
    this.#settings = settings;
    this.#answer = answer;
    settings.signal?.addEventListener("abort", this.#abort, { once: true });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  start(process: WorkerProcess): void {
    this.#process = process;
    this.#limit(startLimit, "its module was not loaded");
    process.run(this.#task, this.#argument, this);
  }

  begun(): void {
    clearTimeout(this.#clock);
    const { timeLimit } = this.#settings;
    if (timeLimit !== undefined) this.#limit(timeLimit, "it was not over");
  }

  message(value: unknown): void {
    try {
      this.#settings.onMessage?.(value);
    } catch (error) {
      this.stop(error);
    }
  }

  async question(value: unknown): Promise<unknown> {
    const { onQuestion } = this.#settings;
    if (onQuestion === undefined) {
      throw new ImagoError(`workers: task "${this.#task}" asked something, and nobody answers.`, {
        help: "Give the job onQuestion.",
      });
    }
    return onQuestion(value);
  }

  resolve(value: unknown): void {
    this.#end(() => this.#answer.resolve(value));
  }

  reject(reason: unknown): void {
    this.#end(() => this.#answer.reject(reason));
  }

  /** Ends it before it is over, and the process that runs it. */
  stop(reason: unknown): void {
    if (this.#isOver) return;
    this.#process?.kill();
    this.reject(reason);
  }

  #limit(milliseconds: number, what: string): void {
    this.#clock = setTimeout(() => {
      this.stop(
        new TimeOver(
          `workers: task "${this.#task}" was ended: ${what} after its limit of ${milliseconds} ms.`,
        ),
      );
    }, milliseconds);
  }

  #end(answer: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#clock);
    this.#settings.signal?.removeEventListener("abort", this.#abort);
    answer();
    this.#answer.over();
  }
}
