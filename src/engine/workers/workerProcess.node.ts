import { type ChildProcess, fork } from "node:child_process";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { ImagoError, messageOf } from "../errors.js";
import { entryFile } from "../files/entryFile.node.js";
import { threadsVariable } from "../runtime/threads.node.js";
import { ProcessEnded } from "./endings.js";
import { LastWords } from "./lastWords.js";
import { envelope, type FromWorker, type ToWorker } from "./messages.js";
import { nodeFlags } from "./nodeFlags.node.js";
import { packError, unpackError } from "./sentError.js";

/** What every worker of a pool is started with. */
export interface WorkerSettings {
  /** The URL of the module whose exports are the tasks. */
  readonly module: string;
  readonly threads: number;
  /** Modules that tasks load besides. */
  readonly loads: readonly string[];
  readonly shared: Readonly<Record<string, unknown>>;
}

/** How one job is followed; exactly one of `resolve` and `reject` is called, once. */
export interface JobEvents {
  /** The worker has begun with the job: it was still loading modules until now. */
  begun(): void;
  message(value: unknown): void;
  /** @returns the answer */
  question(value: unknown): Promise<unknown>;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** Not what a task's own code sent through the channel. */
const isAnswer = (message: unknown): message is { readonly [envelope]: FromWorker } =>
  typeof message === "object" && message !== null && envelope in message;

/** Milliseconds in which what an ended process wrote must have come. */
const silence = 500;

/** One process of a pool. Keeps this process alive only while it has a job. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #module: string;
  /** When it is over: the process has ended, and all that it sent has been read. */
  readonly ended: Promise<void>;
  readonly #said = new LastWords();
  /** When all that it wrote has been read. */
  readonly #silent: Promise<void>;
  #ready = false;
  #dead = false;
  #job: { readonly task: string; readonly argument: unknown; readonly events: JobEvents } | undefined;

  /** @throws ImagoError where no process can be started, or what is shared cannot be sent */
  constructor({ module, threads, loads, shared }: WorkerSettings) {
    this.#module = module;
    const main = entryFile("engine/workers/main.worker.node");
    this.#child = fork(main, [String(process.pid)], {
      serialization: "advanced",
      // What it prints must not mix with what this process prints for others to read.
      stdio: ["ignore", 2, "pipe", "ipc"],
      execArgv: nodeFlags(process.execArgv, [main, fileURLToPath(module), ...loads]),
      env: { ...process.env, [threadsVariable]: String(threads) },
    });
    this.#child.on("message", (message: unknown) => {
      if (isAnswer(message)) this.#hear(message[envelope]);
    });
    this.#silent = this.#passOn();
    this.ended = this.#follow();
    this.#setReferenced(false);
    try {
      this.#send({ kind: "start", module, shared }, "what the workers share");
    } catch (error) {
      this.kill();
      throw error;
    }
  }

  /** Whether it can be given a job, now or when it has loaded its module. */
  get isFree(): boolean {
    return this.#job === undefined && !this.#dead;
  }

  run(task: string, argument: unknown, events: JobEvents): void {
    this.#job = { task, argument, events };
    this.#said.forget();
    this.#setReferenced(true);
    if (this.#ready) this.#begin();
  }

  /** Ends it at once, whatever it does; its job is not answered any more. */
  kill(): void {
    this.#job = undefined;
    this.#dead = true;
    // Whoever waits for its end would else be left waiting by a process that has nothing more to do.
    this.#setReferenced(true);
    this.#child.kill("SIGKILL");
  }

  #begin(): void {
    const job = this.#job;
    if (job === undefined) return;
    job.events.begun();
    try {
      this.#send(
        { kind: "job", task: job.task, argument: job.argument },
        `the argument of task "${job.task}"`,
      );
    } catch (error) {
      this.#finish((events) => events.reject(error));
    }
  }

  #send(message: ToWorker, what: string): void {
    try {
      // A channel that is closed already is told of by the process's end.
      this.#child.send(message, () => {});
    } catch (cause) {
      const why = messageOf(cause);
      if (!this.#child.connected) return;
      throw new ImagoError(`workers: ${what} cannot be sent to another process: ${why}`, {
        help: "Plain objects, arrays and typed arrays can; functions and instances of classes cannot.",
        cause,
      });
    }
  }

  #hear(message: FromWorker): void {
    if (message.kind === "ready") {
      this.#ready = true;
      this.#begin();
    } else if (message.kind === "message") this.#job?.events.message(message.value);
    else if (message.kind === "question") void this.#answer(message.question, message.value);
    else if (message.kind === "result") this.#finish((events) => events.resolve(message.value));
    else if (this.#ready) this.#finish((events) => events.reject(unpackError(message.error)));
    else this.#refuseModule(unpackError(message.error));
  }

  async #answer(question: number, asked: unknown): Promise<void> {
    const job = this.#job;
    if (job === undefined) return;
    let answer: ToWorker;
    try {
      answer = { kind: "answer", question, value: await job.events.question(asked) };
    } catch (error) {
      answer = { kind: "refusal", question, error: packError(error) };
    }
    // Meanwhile the job may be over, and the process with another.
    if (this.#job !== job) return;
    try {
      this.#send(answer, "an answer");
    } catch (error) {
      this.#send({ kind: "refusal", question, error: packError(error) }, "an answer");
    }
  }

  #refuseModule(cause: Error): void {
    const job = this.#job;
    this.kill();
    job?.events.reject(
      new ImagoError(`workers: the module ${this.#module} could not be loaded: ${cause.message}`, { cause }),
    );
  }

  #finish(answer: (events: JobEvents) => void): void {
    const job = this.#job;
    this.#job = undefined;
    // One that was killed is waited for; an answer may still come from it.
    if (!this.#dead) this.#setReferenced(false);
    if (job !== undefined) answer(job.events);
  }

  /** Passes on what it writes to the error output. */
  #passOn(): Promise<void> {
    const { stderr } = this.#child;
    if (stderr === null) return Promise.resolve();
    stderr.setEncoding("utf8");
    stderr.on("data", (text: string) => {
      process.stderr.write(text);
      this.#said.hear(text);
    });
    return new Promise((resolve) => stderr.once("close", resolve));
  }

  async #follow(): Promise<void> {
    const child = this.#child;
    // Messages may still be on their way when the process has ended; a process without a channel is of no use.
    const closed = new Promise<void>((resolve) => {
      child.once("disconnect", () => {
        child.kill("SIGKILL");
        resolve();
      });
    });
    const how = await new Promise<string>((resolve) => {
      child.once("error", ({ message }) => {
        if (child.pid === undefined) resolve(`its process could not be started: ${message}`);
      });
      child.once("exit", (code, signal) => {
        resolve(
          signal === null ? `its process ended with exit code ${code}` : `its process was ended by ${signal}`,
        );
      });
    });
    if (child.connected) await closed;
    this.#dead = true;
    const job = this.#job;
    if (job === undefined) return;
    // What it began may hold the output open.
    await Promise.race([this.#silent, new Promise((resolve) => setTimeout(resolve, silence))]);
    const { line } = this.#said;
    this.#finish((events) => {
      events.reject(new ProcessEnded(job.task, line === undefined ? how : `${how}, having said: ${line}`));
    });
  }

  #setReferenced(referenced: boolean): void {
    const { channel, stderr } = this.#child;
    if (stderr instanceof Socket) stderr[referenced ? "ref" : "unref"]();
    if (referenced) {
      this.#child.ref();
      channel?.ref();
    } else {
      this.#child.unref();
      channel?.unref();
    }
  }
}
