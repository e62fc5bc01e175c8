import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ImagoError } from "../../../engine/errors.js";
import { entryFile } from "../../../engine/files/entryFile.node.js";
import { ProcessEnded, TimeOver } from "../../../engine/workers/endings.js";
import { WorkerPool } from "../../../engine/workers/workerPool.node.js";
import { type Described, describeSpace, parameterFromDescription } from "../space/describeSpace.js";
import type { Space } from "../space/parameters.js";
import type { Outcome } from "../study/outcome.js";
import { type Evaluator, ProcessLost, tookTooLong } from "../study/runTrials.js";
import type { OpenTrial, Trial, TrialHost } from "../study/trial.js";
import type { SentOutcome, SentTrial, TrialQuestion } from "./messages.js";

interface Sizes {
  readonly parallel: number;
  readonly threads?: number | undefined;
  /** Milliseconds, from when a process has loaded what it needs. */
  readonly trialTimeLimit?: number | undefined;
}

/** Evaluates trials by a script's `objective`, each in a process. */
export class ScriptEvaluator implements Evaluator {
  readonly limitsTime = true;
  readonly #pool: WorkerPool;
  readonly #script: string;
  readonly #space: unknown;
  readonly #timeLimit: number | undefined;

  /**
   * @param script the module: its URL, its absolute path, or one that begins where the process runs
   * @throws ImagoError where there is none
   */
  constructor(space: Space | undefined, script: URL | string, { parallel, threads, trialTimeLimit }: Sizes) {
    this.#timeLimit = trialTimeLimit;
    this.#script = urlOf(script);
    const path = fileURLToPath(this.#script);
    if (!existsSync(path)) {
      throw new ImagoError(`study: run: there is no script ${path}.`, {
        help: 'Give its URL, as new URL("./objective.mjs", import.meta.url), or its path.',
      });
    }
    this.#space = space === undefined ? undefined : describeSpace(space);
    this.#pool = new WorkerPool({
      module: entryFile("methods/tune/workers/trial.worker.node"),
      ...{ workers: parallel, threads, loads: [path] },
    });
  }

  async evaluate(given: Trial<unknown>, signal: AbortSignal): Promise<Outcome> {
    const trial = given as OpenTrial<unknown>;
    const sent = this.#sent(trial);
    const result = await this.#run(sent, trial.host, signal);
    trial.take(result.verdict, result.fault);
    return result.outcome as Outcome;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #sent(trial: OpenTrial<unknown>): SentTrial {
    const { facts } = trial;
    return {
      ...facts,
      ...{ script: this.#script, space: this.#space, params: sendableParams(facts.params) },
    };
  }

  async #run(sent: SentTrial, host: TrialHost, signal: AbortSignal): Promise<SentOutcome> {
    const timeLimit = this.#timeLimit;
    const onQuestion = (question: unknown): Promise<unknown> => answer(host, question as TrialQuestion);
    try {
      return await this.#pool.run<SentOutcome>("evaluate", sent, { signal, onQuestion, timeLimit });
    } catch (error) {
      if (error instanceof ProcessEnded) throw new ProcessLost(error.how);
      throw error instanceof TimeOver ? tookTooLong(timeLimit ?? 0) : error;
    }
  }
}

async function answer(host: TrialHost, question: TrialQuestion): Promise<unknown> {
  switch (question.kind) {
    case "report":
      return host.report(question.value, question.step, question.final);
    case "checkpoint":
      return host.checkpoint();
    case "save":
      return host.save(question.files, question.step);
    case "keep":
      return host.keep(question.files);
    case "learn": {
      const parameter = parameterFromDescription(question.parameter as Described);
      return host.learn(question.name, parameter, question.value);
    }
  }
}

/** Values that cannot be sent are left out: the script has them in its own space. */
function sendableParams(params: unknown): unknown {
  try {
    return structuredClone(params);
  } catch {
    return undefined;
  }
}

function urlOf(script: URL | string): string {
  if (script instanceof URL) return script.href;
  if (script.startsWith("file:")) return script;
  return pathToFileURL(isAbsolute(script) ? script : resolve(script)).href;
}
