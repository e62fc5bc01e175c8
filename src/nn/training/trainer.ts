import { ImagoError } from "../../engine/errors.js";
import { Generator, type GeneratorState } from "../../engine/random/generator.js";
import type { Runtime, Tensors } from "../../engine/runtime/runtime.js";
import { formatType, Tensor } from "../../engine/tensor/tensor.js";
import type { Batch } from "../data/batch.js";
import type { Variable } from "../layers/base/variable.js";
import type { Metric } from "../metrics/metric.js";
import type { ModelVariable } from "../network/modelVariables.js";
import { flushDenormals } from "./denormals.js";
import { findNonFinite, type NonFinite } from "./nonFinite.js";
import type { PartsOption } from "./parts/partsOption.js";
import { StepPrograms } from "./parts/stepPrograms.js";
import { runId } from "./runId.js";
import { factorInput, hyperInputs } from "./stepEmission.js";
import { type Mode, type Signature, type StepDescription, type StepGraph, slotPath } from "./stepGraph.js";
import { inLayersWords } from "./strangeIds.js";

/** What one step measured. */
export interface StepResult {
  readonly size: number;
  /** The total loss. */
  readonly loss: number;
  /** Each output's own loss, unweighted; NaN where it has none. */
  readonly losses: readonly number[];
  /** For each output its metrics, and their sums in the same order. */
  readonly metrics: readonly (readonly Metric[])[];
  readonly sums: readonly (readonly Tensor[])[];
}

/** What training carries from step to step besides the variables. */
export interface TrainingState {
  /** Finished steps. */
  step: number;
  /** Optimiser slots by path. */
  readonly slots: Map<string, Tensor>;
  /** Feeds the random words of each step. */
  random: Generator;
  /** What tells the run from others, see `runId`; `undefined` before its first step. */
  run: string | undefined;
}

/** What a checkpoint holds of a trainer, besides the variables. */
export interface SavedTrainer {
  readonly step: number;
  readonly random: GeneratorState;
  /** Absent before the first step. */
  readonly run?: string | undefined;
  /** Absent where the optimiser's own rate holds. */
  readonly rateOverride?: number | undefined;
  /** In how many parts batches are computed. Absent before the first step, where nobody has said. */
  readonly parts?: number | undefined;
  /** Whether layers may take statistics of a part for those of its batch. Default: false. */
  readonly partStatistics?: boolean | undefined;
  readonly slots: Readonly<Record<string, Tensor>>;
}

/** What a step's program gave. */
export interface StepRun {
  readonly outputs: Tensors;
  readonly step: Pick<StepGraph, "metrics">;
}

/**
 * Runs steps of a model: makes a program for each combination of shapes that comes, and lets variables
 * and slots ping-pong between two buffers each, so that no step copies or allocates them.
 */
export class Trainer {
  readonly state: TrainingState;
  readonly #description: StepDescription;
  readonly #runtime: Runtime;
  readonly #programs: StepPrograms;
  readonly #spares = new Map<string, Tensor>();
  readonly #variables: ReadonlyMap<string, ModelVariable>;
  /** The random words of the last step that asked for some. */
  #lastWords = Tensor.zeros([2], "uint32");
  /** What the optimiser's factors are at a step, by the inputs for them. */
  readonly factors: ReadonlyMap<string, (step: number) => number>;
  /** Ends with the run that was asked for last. */
  #turn: Promise<unknown> = Promise.resolve();
  /** A rate that replaces the optimiser's, as callbacks set it. */
  rateOverride: number | undefined;
  /** In how many parts batches are computed, where they can be; decided at the first step unless it was set. */
  parts: number | undefined;
  /** Whether layers may take statistics of a part for those of its batch. */
  partStatistics = false;
  #whole: string | undefined;

  constructor(description: StepDescription, runtime: Runtime, random: Generator) {
    this.#description = description;
    this.#runtime = runtime;
    this.#programs = new StepPrograms(description, runtime);
    this.state = { step: 0, slots: new Map(), random, run: undefined };
    this.#variables = new Map(description.variables.map((entry) => [entry.path, entry]));
    const factors = Object.entries(description.optimizer?.factors ?? {});
    this.factors = new Map(factors.map(([name, factor]) => [factorInput(name), factor]));
    this.#addSlots();
  }

  #addSlots(): void {
    const { optimizer, variables } = this.#description;
    if (optimizer === undefined) return;
    for (const entry of variables) {
      if (!entry.trainable) continue;
      for (const { name, shape, initial } of optimizer.slots(entry.variable.shape)) {
        this.state.slots.set(slotPath(entry, name), Tensor.full(shape, initial));
      }
    }
  }

  /** What a checkpoint must hold, looking at the same memory. */
  save(): SavedTrainer {
    const { step, slots, random, run } = this.state;
    const { rateOverride, parts } = this;
    const partStatistics = this.partStatistics ? true : undefined;
    const own = { step, random: random.state(), run, rateOverride, parts, partStatistics };
    return { ...own, slots: Object.fromEntries(slots) };
  }

  /**
   * Goes on where another trainer of the same model was saved.
   *
   * @throws when the optimiser keeps other slots, naming the first
   */
  restore(saved: SavedTrainer): void {
    const { step, random, run, rateOverride, slots } = saved;
    for (const [path, own] of this.state.slots) {
      const given = slots[path];
      if (given === undefined || formatType(given) !== formatType(own)) {
        const came = given === undefined ? "nothing" : formatType(given);
        throw new ImagoError(`optimizer slot "${path}": expected ${formatType(own)}, received ${came}`);
      }
    }
    const unknown = Object.keys(slots).find((path) => !this.state.slots.has(path));
    if (unknown !== undefined) throw new ImagoError(`the optimizer keeps no slot "${unknown}"`);
    for (const path of this.state.slots.keys()) this.state.slots.set(path, (slots[path] as Tensor).clone());
    this.state.step = step;
    this.state.random = Generator.from(random);
    this.state.run = run;
    this.rateOverride = rateOverride;
    // What was trained before there were parts was trained whole.
    this.parts = saved.parts ?? (step > 0 ? 1 : undefined);
    this.partStatistics = saved.partStatistics ?? false;
  }

  /** Why the last training step was computed whole, where it was to be in parts. */
  get whole(): string | undefined {
    return this.#whole;
  }

  /**
   * Runs the last training step again, on the weights from before it, and finds the first value that holds NaN
   * or an infinity.
   *
   * @param batch the one that was trained on last
   * @returns `undefined` when all is finite
   */
  findNonFinite(batch: Batch): Promise<NonFinite | undefined> {
    const data = this.#dataFeeds(batch);
    const feeds = (name: string): Tensor => data[name] ?? this.#spares.get(name) ?? this.#drawn(name);
    return findNonFinite(this.#description, this.#runtime, batch, feeds);
  }

  /**
   * One update.
   *
   * @param parts also what the steps after it are computed in, if it comes to its end; `"auto"` has the rule decide anew. Default: as
   * the steps before it, else `"auto"`
   */
  train(batch: Batch, parts?: PartsOption): Promise<StepResult> {
    return this.#measure("train", batch, parts);
  }

  /**
   * Losses and metrics as they are, without an update.
   *
   * @param parts default: as training has it, else 1
   */
  evaluate(batch: Batch, parts?: PartsOption): Promise<StepResult> {
    return this.#measure("evaluate", batch, parts);
  }

  /**
   * The model's outputs, in their order.
   *
   * @param parts default: as training has it, else 1
   */
  async predict(inputs: readonly Tensor[], parts?: PartsOption): Promise<Tensor[]> {
    const signature: Signature = { inputs, targets: [], weights: [] };
    const results = await this.#run("predict", signature, this.#inputFeeds(inputs), parts);
    return this.#description.functional.outputs.map(
      ({ name }) => results.outputs[`output/${name}`] as Tensor,
    );
  }

  async #measure(mode: Mode, batch: Batch, parts?: PartsOption): Promise<StepResult> {
    const { heads } = this.#description;
    const { outputs, step } = await this.#run(mode, batch, this.#dataFeeds(batch), parts);
    return {
      size: batch.size,
      loss: (outputs.loss as Tensor).item(),
      losses: heads.map(({ name }) => outputs[`loss/${name}`]?.item() ?? Number.NaN),
      metrics: step.metrics,
      sums: heads.map(({ name }, head) =>
        (step.metrics[head] ?? []).map((_, index) => outputs[`metric/${name}/${index}`] as Tensor),
      ),
    };
  }

  #dataFeeds(batch: Batch): Record<string, Tensor> {
    const feeds = this.#inputFeeds(batch.inputs);
    this.#description.heads.forEach(({ name }, index) => {
      const target = batch.targets[index];
      const weight = batch.weights[index];
      if (target !== undefined) feeds[`target/${name}`] = target;
      if (weight !== undefined) feeds[`weight/${name}`] = weight;
    });
    for (const [name, tensor] of Object.entries(batch.extras ?? {})) feeds[`extra/${name}`] = tensor;
    return feeds;
  }

  #inputFeeds(inputs: readonly Tensor[]): Record<string, Tensor> {
    const names = this.#description.functional.inputs.map(({ name }) => `input/${name}`);
    return Object.fromEntries(names.map((name, index) => [name, inputs[index] as Tensor]));
  }

  /** One run after the other: a run that began in the middle of another would read weights that it replaces. */
  #run(
    mode: Mode,
    signature: Signature,
    data: Record<string, Tensor>,
    parts?: PartsOption,
  ): Promise<StepRun> {
    const feeds = (name: string): Tensor => data[name] ?? this.#drawn(name);
    const turn = this.#turn.then(async () => {
      if (mode === "train") this.#beginRun(data);
      const random = this.state.random.state();
      try {
        const run = this.runNow(mode, signature, data, parts);
        return await inLayersWords(run, this.#description, this.#runtime, { mode, signature, feeds });
      } catch (error) {
        // A step that came to no end leaves everything as it was before it.
        this.state.random = Generator.from(random);
        throw error;
      }
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** What is fed under a name that is none of the data's, with the last step's random words. */
  #drawn(name: string): Tensor {
    return name === hyperInputs.random ? this.#lastWords : this.stateTensor(name);
  }

  /** Runs one step, replaces what it updates, and counts it where it trained. */
  protected async runNow(
    mode: Mode,
    signature: Signature,
    data: Readonly<Record<string, Tensor>>,
    parts?: PartsOption,
  ): Promise<StepRun> {
    const isAnew = mode === "train" && parts === "auto";
    const asked = isAnew ? undefined : parts === undefined || parts === "auto" ? this.parts : parts;
    const step = await this.#programs.get(mode, signature, { asked, partStatistics: this.partStatistics });
    const into: Record<string, Tensor> = {};
    for (const path of step.updated) into[`next/${path}`] = this.#spare(path);
    const feeds = (name: string): Tensor => data[name] ?? this.stateTensor(name);
    const { outputs, statistics } = await step.program.run(data, feeds, into);
    for (const [path, value] of Object.entries(statistics)) this.#spare(path).data.set(value.data as never);
    for (const path of [...step.updated, ...Object.keys(statistics)]) {
      this.replace(path, this.#spares.get(path) as Tensor);
    }
    if (mode === "train") {
      this.state.step++;
      this.parts = asked ?? step.parts;
      this.#whole = step.whole;
      flushDenormals(this.#description.optimizer, this.state.slots.values(), this.state.step);
    }
    return { outputs, step };
  }

  /** Names the run by what it begins with. */
  #beginRun(data: Readonly<Record<string, Tensor>>): void {
    const { functional, variables } = this.#description;
    this.state.run ??= runId(functional, variables, this.state.random.state(), data);
  }

  /** What is fed under a name that is none of the data's: a weight, a slot, the rate, the step, new random words. */
  protected stateTensor(name: string): Tensor {
    const slot = this.state.slots.get(name);
    if (slot !== undefined) return slot;
    if (name === hyperInputs.learningRate) return Tensor.scalar(this.learningRate);
    const factor = this.factors.get(name);
    if (factor !== undefined) return Tensor.scalar(factor(this.state.step + 1));
    if (name === hyperInputs.random) return this.#randomWords();
    return this.#variableAt(name).value;
  }

  /** Whether the optimiser's rate is a schedule of its own. */
  get followsSchedule(): boolean {
    return typeof (this.#description.optimizer?.learningRate ?? 0) !== "number";
  }

  /** The optimiser's rate for the next step. */
  get learningRate(): number {
    const rate = this.#description.optimizer?.learningRate ?? 0;
    return this.rateOverride ?? (typeof rate === "number" ? rate : rate.at(this.state.step));
  }

  #randomWords(): Tensor {
    const words = Uint32Array.of(this.state.random.uint32(), this.state.random.uint32());
    this.#lastWords = new Tensor("uint32", [2], words);
    return this.#lastWords;
  }

  #variableAt(path: string): Variable {
    return (this.#variables.get(path) as ModelVariable).variable;
  }

  #current(path: string): Tensor {
    return this.state.slots.get(path) ?? this.#variableAt(path).value;
  }

  /** The buffer that the next value of `path` is written to. */
  #spare(path: string): Tensor {
    const known = this.#spares.get(path);
    const current = this.#current(path);
    // A buffer that is in use (set as a value from outside) must not be written to.
    if (known !== undefined && known !== current) return known;
    const made = Tensor.zeros(current.shape, current.dtype);
    this.#spares.set(path, made);
    return made;
  }

  /** Makes `next` the value of a variable or slot; the one before it is kept for one step. */
  protected replace(path: string, next: Tensor): void {
    const before = this.#current(path);
    if (this.state.slots.has(path)) this.state.slots.set(path, next);
    else this.#variableAt(path).value = next;
    this.#spares.set(path, before);
  }

  /** Frees all programs and what is held for the next step, when the steps that were asked for are over. Others after it make new ones. */
  dispose(): Promise<void> {
    const turn = this.#turn.then(async () => {
      await this.#programs.dispose();
      this.#spares.clear();
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
