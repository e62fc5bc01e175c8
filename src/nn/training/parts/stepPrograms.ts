import type { Program, Runtime, Tensors } from "../../../engine/runtime/runtime.js";
import { ProgramCache } from "../programCache.js";
import { signatureKey } from "../signatureKey.js";
import { type Mode, type Signature, type StepDescription, type StepGraph, stepGraph } from "../stepGraph.js";
import { automaticParts } from "./automaticParts.js";
import { Whole } from "./shares.js";
import { type Feeds, SplitProgram, type SplitResult } from "./splitProgram.js";
import { rowsIn, splitStep } from "./splitStep.js";

/** A step made ready, whole or in parts. */
export interface ReadyStep {
  readonly program: StepRunner;
  /** Paths that the update replaces, besides the statistics that a run gives. */
  readonly updated: readonly string[];
  readonly metrics: StepGraph["metrics"];
  /** In how many parts it is computed. */
  readonly parts: number;
  /** Why in one, where it was to be in more. */
  readonly whole?: string | undefined;
}

/** What runs a step, whole or in parts. */
interface StepRunner {
  run(data: Tensors, feeds: Feeds, into: Tensors): Promise<SplitResult>;
  dispose(): Promise<void>;
}

export interface StepSettings {
  /** `undefined`: what the rule says. */
  readonly asked: number | undefined;
  readonly partStatistics: boolean;
}

/** A step that is computed whole, by one program. */
class WholeProgram implements StepRunner {
  readonly #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  async run(_data: Tensors, feeds: Feeds, into: Tensors): Promise<SplitResult> {
    const given = this.#program.inputNames.map((name) => [name, feeds(name)] as const);
    return { outputs: await this.#program.run(Object.fromEntries(given), into), statistics: {} };
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

/** The programs of a description's steps, made for each combination of shapes that comes. */
export class StepPrograms {
  readonly #description: StepDescription;
  readonly #runtime: Runtime;
  readonly #programs = new ProgramCache<ReadyStep>();

  constructor(description: StepDescription, runtime: Runtime) {
    this.#description = description;
    this.#runtime = runtime;
  }

  get(mode: Mode, signature: Signature, settings: StepSettings): Promise<ReadyStep> {
    const { asked = "auto", partStatistics } = settings;
    const key = `${mode}:${asked}:${partStatistics}:${signatureKey(signature)}`;
    return this.#programs.get(key, () => this.#make(mode, signature, settings));
  }

  async #make(mode: Mode, signature: Signature, settings: StepSettings): Promise<ReadyStep> {
    const wanted = this.#partsFor(mode, signature, settings);
    if (wanted === 1) return this.#makeWhole(mode, signature);
    const runtime = this.#runtime.parts;
    if (runtime === undefined)
      return this.#makeWhole(mode, signature, "there are no threads here to compute parts");
    const parts = Math.min(wanted, rowsIn(signature) ?? wanted);
    // One sample is one part: by one thread, as a part is, whatever cores there are.
    if (parts === 1) return this.#makeWhole(mode, signature, undefined, 1);
    const step = splitStep(this.#description, mode, signature, { ...settings, parts });
    if (step instanceof Whole) return this.#makeWhole(mode, signature, step.reason);
    const program = await SplitProgram.make(step, this.#runtime, runtime);
    return { program, updated: step.updated, metrics: step.metrics, parts };
  }

  #partsFor(mode: Mode, signature: Signature, { asked }: StepSettings): number {
    const { cores = 1 } = this.#runtime.parts ?? {};
    return asked ?? automaticParts({ description: this.#description, mode, signature, cores });
  }

  async #makeWhole(mode: Mode, signature: Signature, whole?: string, threads?: number): Promise<ReadyStep> {
    const { graph, updated, metrics } = stepGraph(this.#description, mode, signature);
    return {
      program: new WholeProgram(await this.#runtime.compile(graph, { threads })),
      updated,
      metrics,
      parts: 1,
      whole,
    };
  }

  /** Frees all programs. */
  dispose(): Promise<void> {
    return this.#programs.dispose();
  }
}
