import { lower } from "../../engine/lowering/lower.js";
import type { Generator } from "../../engine/random/generator.js";
import type { Program, Runtime, Tensors } from "../../engine/runtime/runtime.js";
import { formatType, Tensor, type TensorType } from "../../engine/tensor/tensor.js";
import type { Variable } from "../layers/variable.js";
import type { Metric } from "../metrics/metric.js";
import type { ModelVariable } from "./modelVariables.js";
import {
  hyperInputs,
  type Mode,
  type Signature,
  type StepDescription,
  type StepGraph,
  slotPath,
  stepGraph,
} from "./stepGraph.js";

/** The data of one step, in the order of the model's inputs and outputs. */
export interface Batch {
  /** Number of samples. */
  readonly size: number;
  readonly inputs: readonly Tensor[];
  /** Absent where an output is not trained. */
  readonly targets: readonly (Tensor | undefined)[];
  readonly weights: readonly (Tensor | undefined)[];
}

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
}

/** A step's graph, compiled. */
interface StepProgram {
  readonly step: StepGraph;
  readonly program: Program;
}

/** How many programs of different shapes are kept; beyond it the one used longest ago is freed. */
const programLimit = 24;

/**
 * Runs steps of a model: makes a program for each combination of shapes that comes, and lets variables
 * and slots ping-pong between two buffers each, so that no step copies or allocates them.
 */
export class Trainer {
  readonly state: TrainingState;
  readonly #description: StepDescription;
  readonly #runtime: Runtime;
  readonly #programs = new Map<string, Promise<StepProgram>>();
  readonly #spares = new Map<string, Tensor>();
  readonly #variables: ReadonlyMap<string, ModelVariable>;
  /** A rate that replaces the optimiser's, as callbacks set it. */
  rateOverride: number | undefined;

  constructor(description: StepDescription, runtime: Runtime, random: Generator) {
    this.#description = description;
    this.#runtime = runtime;
    this.state = { step: 0, slots: new Map(), random };
    this.#variables = new Map(description.variables.map((entry) => [entry.path, entry]));
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

  /** One update. */
  async train(batch: Batch): Promise<StepResult> {
    const result = await this.#measure("train", batch);
    this.state.step++;
    return result;
  }

  /** Losses and metrics as they are, without an update. */
  evaluate(batch: Batch): Promise<StepResult> {
    return this.#measure("evaluate", batch);
  }

  /** The model's outputs, in their order. */
  async predict(inputs: readonly Tensor[]): Promise<Tensor[]> {
    const signature: Signature = { inputs, targets: [], weights: [] };
    const results = await this.#run("predict", signature, this.#inputFeeds(inputs));
    return this.#description.functional.outputs.map(
      ({ name }) => results.outputs[`output/${name}`] as Tensor,
    );
  }

  async #measure(mode: Mode, batch: Batch): Promise<StepResult> {
    const { heads } = this.#description;
    const feeds = this.#inputFeeds(batch.inputs);
    heads.forEach(({ name }, index) => {
      const target = batch.targets[index];
      const weight = batch.weights[index];
      if (target !== undefined) feeds[`target/${name}`] = target;
      if (weight !== undefined) feeds[`weight/${name}`] = weight;
    });
    const { outputs, step } = await this.#run(mode, batch, feeds);
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

  #inputFeeds(inputs: readonly Tensor[]): Record<string, Tensor> {
    const names = this.#description.functional.inputs.map(({ name }) => `input/${name}`);
    return Object.fromEntries(names.map((name, index) => [name, inputs[index] as Tensor]));
  }

  async #run(
    mode: Mode,
    signature: Signature,
    data: Record<string, Tensor>,
  ): Promise<{ outputs: Tensors; step: StepGraph }> {
    const { program, step } = await this.#programFor(mode, signature);
    const feeds: Record<string, Tensor> = {};
    for (const name of program.inputNames) feeds[name] = data[name] ?? this.#stateTensor(name);
    const into: Record<string, Tensor> = {};
    for (const path of step.updated) into[`next/${path}`] = this.#spare(path);
    const outputs = await program.run(feeds, into);
    for (const path of step.updated) this.#swap(path);
    return { outputs, step };
  }

  #stateTensor(name: string): Tensor {
    const slot = this.state.slots.get(name);
    if (slot !== undefined) return slot;
    if (name === hyperInputs.learningRate) return Tensor.scalar(this.learningRate);
    if (name === hyperInputs.step) return Tensor.scalar(this.state.step + 1);
    if (name === hyperInputs.random) return this.#randomWords();
    return this.#variableAt(name).value;
  }

  /** The optimiser's rate for the next step. */
  get learningRate(): number {
    const rate = this.#description.optimizer?.learningRate ?? 0;
    return this.rateOverride ?? (typeof rate === "number" ? rate : rate.at(this.state.step));
  }

  #randomWords(): Tensor {
    const words = Uint32Array.of(this.state.random.uint32(), this.state.random.uint32());
    return new Tensor("uint32", [2], words);
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

  #swap(path: string): void {
    const written = this.#spares.get(path) as Tensor;
    const before = this.#current(path);
    if (this.state.slots.has(path)) this.state.slots.set(path, written);
    else this.#variableAt(path).value = written;
    this.#spares.set(path, before);
  }

  async #programFor(mode: Mode, signature: Signature): Promise<StepProgram> {
    const key = `${mode}:${signatureKey(signature)}`;
    let pending = this.#programs.get(key);
    // Deleting and setting again keeps the map in the order of last use.
    if (pending !== undefined) this.#programs.delete(key);
    else pending = this.#compile(mode, signature);
    this.#programs.set(key, pending);
    if (this.#programs.size > programLimit) await this.#freeOldest();
    try {
      return await pending;
    } catch (error) {
      this.#programs.delete(key);
      throw error;
    }
  }

  async #compile(mode: Mode, signature: Signature): Promise<StepProgram> {
    const step = stepGraph(this.#description, mode, signature);
    return { step, program: await this.#runtime.compile(lower(step.graph)) };
  }

  async #freeOldest(): Promise<void> {
    const [key, oldest] = this.#programs.entries().next().value as [string, Promise<StepProgram>];
    this.#programs.delete(key);
    await (await oldest).program.dispose();
  }

  /** Frees all programs. */
  async dispose(): Promise<void> {
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    for (const pending of programs) await (await pending).program.dispose();
  }
}

function signatureKey({ inputs, targets, weights }: Signature): string {
  const all: readonly (TensorType | undefined)[] = [...inputs, ...targets, undefined, ...weights];
  return all.map((type) => (type === undefined ? "-" : formatType(type))).join(";");
}
