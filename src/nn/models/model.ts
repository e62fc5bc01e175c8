import { ImagoError } from "../../engine/errors.js";
import { type FieldsOf, optional, readOptions, seed, text } from "../../engine/options.js";
import { Generator } from "../../engine/random/generator.js";
import { defaultRuntime } from "../../engine/runtime/default.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { inputColumns, makeColumns, type RawData } from "../data/columns.js";
import type { Columns } from "../data/source.js";
import type { Layer } from "../layers/base/layer.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { batchSizeFor, checkOneBatch, checkWholeBatches } from "../network/batching.js";
import { type Functional, functional } from "../network/functional.js";
import { resolveHeads } from "../network/heads.js";
import { type ModelFunction, modelFunction } from "../network/modelFunction.js";
import { ModelLayer } from "../network/modelLayer.js";
import { type ModelVariable, modelVariables } from "../network/modelVariables.js";
import type { Compiled } from "../network/network.js";
import {
  type DataFor,
  flatten,
  type NamedTensor,
  type ResultFor,
  type Structure,
  unflatten,
} from "../network/structure.js";
import { summary } from "../network/summary.js";
import { evaluateColumns, evaluateSource } from "../training/evaluate.js";
import { fitArrays, fitSource } from "../training/fit.js";
import { type BatchSource, type FitOptions, isSource } from "../training/fitOptions.js";
import type { History } from "../training/history.js";
import { type Logs, LogTotals } from "../training/logs.js";
import { predictRows } from "../training/predict.js";
import type { TrainableNetwork } from "../training/trainableNetwork.js";
import { Trainer } from "../training/trainer.js";
import { type CompileOptions, compileFields } from "./compileOptions.js";
import {
  type BatchOptions,
  checkSourceAlone,
  type EvaluateOptions,
  type PredictOptions,
  readDataOptions,
} from "./dataOptions.js";
import { runtimeField, structureField } from "./fields.js";

export type { CompileOptions } from "./compileOptions.js";
export type { BatchOptions, EvaluateOptions, PredictOptions } from "./dataOptions.js";

export interface ModelOptions<I extends Structure, O extends Structure> {
  /** One tensor, a list, or a record whose keys name the inputs. */
  readonly inputs: I;
  /** One tensor, a list, or a record whose keys name the outputs. */
  readonly outputs: O;
  /** Default: "model". */
  readonly name?: string | undefined;
  /** Seeds the weights, dropout and shuffling: the same seed gives the same bytes. Default: 0. */
  readonly seed?: number | undefined;
  /** Where programs run. Default: ONNX Runtime's own library in Node. */
  readonly runtime?: Runtime | undefined;
}

const modelFields = {
  inputs: structureField,
  outputs: structureField,
  name: text("model"),
  seed: seed(),
  runtime: runtimeField,
} satisfies FieldsOf<ModelOptions<Structure, Structure>>;

const asLayerFields = { name: optional(text()) };

/**
 * A cut of the functional graph from named inputs to named outputs, which can be trained, evaluated, used
 * and saved.
 */
export class Model<I extends Structure = Structure, O extends Structure = Structure>
  implements TrainableNetwork
{
  readonly name: string;
  readonly seed: number;
  readonly functional: Functional;
  readonly inputStructure: I;
  readonly outputStructure: O;
  #variables: readonly ModelVariable[];
  readonly #givenRuntime: Runtime | undefined;
  #compiled: Compiled | undefined;
  #trainer: Trainer | undefined;
  #run: string | undefined;

  constructor(options: ModelOptions<I, O>) {
    const { name, seed, runtime } = readOptions("model", options, modelFields);
    this.name = name;
    this.seed = seed;
    this.inputStructure = options.inputs;
    this.outputStructure = options.outputs;
    this.#givenRuntime = runtime;
    this.functional = makeFunctional(options.inputs, options.outputs);
    this.#variables = modelVariables(this.functional);
    const random = new Generator(this.seed).split("weights");
    for (const { path, variable } of this.variables) variable.initialize(random.split(path));
  }

  /** Every weight, statistic and state, in the order of the layers; trainable or not as of the last `compile`. */
  get variables(): readonly ModelVariable[] {
    return this.#variables;
  }

  get inputs(): readonly NamedTensor[] {
    return this.functional.inputs;
  }

  get outputs(): readonly NamedTensor[] {
    return this.functional.outputs;
  }

  get layers(): readonly Layer[] {
    return this.functional.layers;
  }

  /**
   * A layer by its name in this model.
   *
   * @throws when there is none, naming all
   */
  getLayer(name: string): Layer {
    const found = this.layers.find((layer) => this.functional.nameOf.get(layer) === name);
    if (found !== undefined) return found;
    throw new ImagoError(
      `${this.name}: there is no layer "${name}". Layers are: ${[...this.functional.nameOf.values()].join(", ")}`,
    );
  }

  /**
   * The model as a layer of another, called on tensors in the structure of its inputs; the weights are
   * shared. Without a name it has the model's, numbered where another layer has that: `model`, `model_1` …
   */
  asLayer(options: { readonly name?: string } = {}): ModelFunction<I, O> {
    const { name } = readOptions("asLayer", options, asLayerFields);
    const layer = new ModelLayer(this.functional, {
      name: name ?? this.name,
      numbered: name === undefined,
    });
    return modelFunction(layer, this.outputStructure);
  }

  /** Sets the states that layers carry from batch to batch to zeros, as before the first batch. */
  resetStates(): void {
    for (const layer of this.layers) layer.resetStates();
  }

  /** A table of the layers, their outputs' shapes, numbers of weights and connections. */
  summary(): string {
    return summary(this);
  }

  /**
   * Sets what training makes small and how.
   *
   * @throws on unknown options, losses, metrics and outputs
   */
  compile(options: CompileOptions<O>): void {
    const { optimizer, ...heads } = readOptions("compile", options, compileFields);
    this.#compiled = { optimizer, heads: resolveHeads(this.outputs, heads) };
    this.#variables = modelVariables(this.functional);
    this.#retire();
  }

  /** @throws before `compile` */
  get compiled(): Compiled {
    if (this.#compiled === undefined) {
      throw new ImagoError(`${this.name} has to be compiled first: call compile({ optimizer, loss })`);
    }
    return this.#compiled;
  }

  get isCompiled(): boolean {
    return this.#compiled !== undefined;
  }

  /** Runs the steps; made anew after `compile`. */
  async trainer(): Promise<Trainer> {
    if (this.#trainer !== undefined) return this.#trainer;
    const runtime = this.#givenRuntime ?? (await defaultRuntime());
    const { functional: graph, variables } = this;
    const description = {
      functional: graph,
      variables,
      heads: this.#compiled?.heads ?? [],
      optimizer: this.#compiled?.optimizer,
    };
    if (this.#trainer === undefined) {
      this.#trainer = new Trainer(description, runtime, new Generator(this.seed).split("steps"));
      this.#trainer.state.run = this.#run;
    }
    return this.#trainer;
  }

  /**
   * Tells the run of training that the weights come from: the same run, begun again or resumed, has the same, also after
   * another `compile`. Set from the weights, layers and seed as they are before the first step; kept in saved models.
   */
  get run(): string | undefined {
    return this.#trainer?.state.run ?? this.#run;
  }

  set run(run: string | undefined) {
    this.#run = run;
    if (this.#trainer !== undefined) this.#trainer.state.run = run;
  }

  /**
   * Trains: on arrays, typed arrays or tensors in the model's structure, or on a source of batches
   * `[x, y]` or `[x, y, sampleWeight]`.
   *
   * @returns the figures of each finished epoch. When `signal` aborts, training ends after the batch that
   * is under way and `stopped` says so: what was learnt is kept.
   * @throws on unknown options and on data that does not fit, before anything is trained
   */
  fit(
    source: BatchSource<DataFor<I>, DataFor<O>>,
    options?: FitOptions<DataFor<I>, DataFor<O>>,
  ): Promise<History>;
  // Last, because the compiler's message about a call that fits no overload is about the last one.
  fit(x: DataFor<I>, y: DataFor<O>, options?: FitOptions<DataFor<I>, DataFor<O>>): Promise<History>;
  async fit(x: unknown, second: unknown, third?: FitOptions<unknown, unknown>): Promise<History> {
    if (isSource(x)) return fitSource(this, x, second as FitOptions<unknown, unknown> | undefined);
    return fitArrays(this, x, second, third);
  }

  /** Losses and metrics by name, on data or on a source of batches as `fit` takes it. */
  evaluate(source: BatchSource<DataFor<I>, DataFor<O>>): Promise<Logs>;
  evaluate(x: DataFor<I>, y: DataFor<O>, options?: EvaluateOptions): Promise<Logs>;
  async evaluate(x: unknown, y?: unknown, options: EvaluateOptions = {}): Promise<Logs> {
    if (isSource(x)) {
      checkSourceAlone(y, options);
      return evaluateSource(this, await this.trainer(), x);
    }
    const { batchSize: asked, sampleWeight, parts } = readDataOptions("evaluate", options);
    const batchSize = batchSizeFor("evaluate", this, asked);
    const columns = this.#columns("evaluate", { x, y, sampleWeight });
    checkWholeBatches("evaluate", this, columns.size);
    return evaluateColumns(this, await this.trainer(), columns, batchSize, parts);
  }

  /** The outputs for data, in the model's structure. */
  async predict(x: DataFor<I>, options: PredictOptions = {}): Promise<ResultFor<O>> {
    const { batchSize: asked, signal, parts } = readDataOptions("predict", options);
    const batchSize = batchSizeFor("predict", this, asked);
    const inputs = inputColumns("predict", this.inputs, x);
    checkWholeBatches("predict", this, inputs[0]?.sizeAt(0) ?? 0);
    const results = await predictRows(await this.trainer(), inputs, batchSize, { signal, parts });
    return unflatten(
      this.outputStructure,
      this.outputs.map(({ name }) => name),
      results,
    ) as ResultFor<O>;
  }

  /** One update on one batch; the figures of that batch, before the update. */
  async trainOnBatch(x: DataFor<I>, y: DataFor<O>, options: BatchOptions = {}): Promise<Logs> {
    const { parts, ...weights } = readDataOptions("trainOnBatch", options);
    const batch = this.#columns("trainOnBatch", { x, y, ...weights });
    checkOneBatch("trainOnBatch", this, batch.size);
    const totals = new LogTotals(this.compiled.heads);
    totals.add(await (await this.trainer()).train(batch, parts));
    return totals.logs();
  }

  #columns(what: string, data: RawData): Columns {
    const { inputs, outputs } = this;
    return makeColumns(what, { inputs, outputs, heads: this.compiled.heads }, data);
  }

  #retire(): void {
    const before = this.#trainer;
    this.#run = this.run;
    this.#trainer = undefined;
    // Freed in the background: nothing runs on it any more, and compile is synchronous.
    void before?.dispose();
  }

  /** Frees the programs; the model can be used again and then makes new ones. Its training goes on as if nothing had been freed. */
  async dispose(): Promise<void> {
    // The trainer stays: steps that wait for their turn, and others after them, are to find one and the same.
    await this.#trainer?.dispose();
  }
}

function makeFunctional(inputs: Structure, outputs: Structure): Functional {
  const ownName = ({ call: { layer } }: SymbolicTensor): string => layer.name ?? layer.type;
  const made = functional(flatten(inputs, ownName), flatten(outputs, ownName));
  // Outputs have the names that their layers have here, numbers included.
  const named = flatten(outputs, (tensor) => made.nameOf.get(tensor.call.layer) ?? ownName(tensor));
  return { ...made, outputs: named };
}

/**
 * A model of everything between `inputs` and `outputs`.
 *
 * @throws when an output does not depend on the inputs alone, or two layers share a name
 */
export function model<I extends Structure, O extends Structure>(options: ModelOptions<I, O>): Model<I, O> {
  return new Model(options);
}
