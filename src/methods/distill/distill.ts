import { ImagoError } from "../../engine/errors.js";
import { readOptions } from "../../engine/options.js";
import { Generator } from "../../engine/random/generator.js";
import { defaultRuntime } from "../../engine/runtime/default.js";
import type { TensorLike } from "../../engine/tensor/tensor.js";
import type { Batch } from "../../nn/data/batch.js";
import { readDataOptions } from "../../nn/models/dataOptions.js";
import type { CompileOptions, EvaluateOptions, Model, PredictOptions } from "../../nn/models/model.js";
import { batchSizeFor, checkWholeBatches } from "../../nn/network/batching.js";
import type { ModelVariable } from "../../nn/network/modelVariables.js";
import type { Compiled } from "../../nn/network/network.js";
import type { DataFor, ResultFor, Structure } from "../../nn/network/structure.js";
import { evaluateColumns } from "../../nn/training/evaluate.js";
import { columnBatches, stepsOf } from "../../nn/training/fit.js";
import { FitLoop, type TrainingData, type Validation } from "../../nn/training/fitLoop.js";
import {
  type BatchSource,
  type FitOptions,
  type FitSettings,
  isSource,
  isTuple,
  readFitOptions,
} from "../../nn/training/fitOptions.js";
import type { History } from "../../nn/training/history.js";
import type { Logs } from "../../nn/training/logs.js";
import { wholePass } from "../../nn/training/sourceBatches.js";
import type { TrainableNetwork } from "../../nn/training/trainableNetwork.js";
import { AgreementTally } from "./agreement.js";
import { rowNumbers } from "./augment.js";
import { compiling, type DistillCompileOptions, type DistillFitOptions } from "./callOptions.js";
import { augmented, carried, columnsOf, guidedSource, withRows } from "./data.js";
import { defaultLosses } from "./defaultLosses.js";
import { GuidedTrainer } from "./guidedTrainer.js";
import { checkHeldBack, checkKept, evaluated } from "./keptRows.js";
import { isCool } from "./modes/mode.js";
import { distillObjective, scalarsAt } from "./objective.js";
import type { DistillOptions } from "./options.js";
import { distanceOf, figureOf, type Plan, planOf, sourceOf } from "./plan.js";
import { Projection } from "./projection.js";
import { reportOf } from "./report/report.js";
import type { DistillReport, ReportOptions } from "./report/reportOptions.js";
import { distillState } from "./state.js";
import { featureChannels } from "./teachers/featureChannels.js";
import { Guesses } from "./teachers/guesses.js";
import { SoftTargets } from "./teachers/softTargets.js";
import type { TargetSource } from "./teachers/source.js";
import { firstWarnings, Warnings } from "./warnings.js";

/** A student under its teacher, to compile, fit and evaluate as a model is. */
export class Distillation<I extends Structure = Structure, O extends Structure = Structure>
  implements TrainableNetwork
{
  readonly student: Model<I, O>;
  readonly #plan: Plan;
  readonly #source: TargetSource;
  readonly #guesses: Guesses;
  readonly #warnings: Warnings;
  readonly #tally = new AgreementTally();
  #projection: Projection | undefined;
  #trainer: GuidedTrainer | undefined;

  constructor(options: DistillOptions<I, O>) {
    this.#plan = planOf(options);
    this.student = options.student;
    this.#warnings = new Warnings(this.#plan.onWarning);
    this.#guesses = new Guesses(this.#plan.teacherGives, (warning) => this.#warnings.say(warning));
    this.#source = sourceOf(this.#plan, this.#guesses);
    for (const warning of firstWarnings(this.#plan.teacher)) this.#warnings.say(warning);
  }

  /** What a user should know, in the order in which it came up. */
  get warnings(): readonly string[] {
    return this.#warnings.list;
  }

  get name(): string {
    return this.student.name;
  }

  get seed(): number {
    return this.student.seed;
  }

  get run(): string | undefined {
    return this.#trainer?.state.run ?? this.student.run;
  }

  get functional(): Model["functional"] {
    return this.student.functional;
  }

  get inputs(): Model["inputs"] {
    return this.student.inputs;
  }

  get outputs(): Model["outputs"] {
    return this.student.outputs;
  }

  get inputStructure(): I {
    return this.student.inputStructure;
  }

  get outputStructure(): O {
    return this.student.outputStructure;
  }

  get variables(): readonly ModelVariable[] {
    return this.student.variables;
  }

  get isCompiled(): boolean {
    return this.student.isCompiled;
  }

  get compiled(): Compiled {
    return this.student.compiled;
  }

  /**
   * Sets the optimiser, the loss on labels and the metrics: the student's own, which it keeps.
   *
   * A student that `loadModel` gave back is compiled already; calling this would forget its optimiser's state.
   *
   * @throws as `compile` of a model does
   */
  compile(options: DistillCompileOptions<O> = {}): void {
    const { loss = defaultLosses(this.student), ...more } = readOptions("compile", options, compiling);
    this.student.compile({ ...more, loss } as CompileOptions<O>);
    this.#retire();
  }

  /** Runs the steps of student and teacher; made anew after `compile`. It goes on where the student's own stands. */
  async trainer(): Promise<GuidedTrainer> {
    if (this.#trainer !== undefined) return this.#trainer;
    const { student } = this;
    const plan = this.#plan;
    const runtime = plan.runtime ?? (await defaultRuntime());
    if (plan.features !== undefined) {
      const channels = await featureChannels(this.#source, student);
      const random = new Generator(plan.seed).split("distillation");
      this.#projection ??= new Projection(student, plan.features.student, channels, random);
    }
    const projection = this.#projection;
    const settings = {
      distance: distanceOf(plan),
      figure: figureOf[plan.mode],
      average: plan.average,
      cool: isCool(plan.temperature),
      projection,
    };
    const description = {
      functional: student.functional,
      variables: [...student.variables, ...(projection?.variables ?? [])],
      heads: this.compiled.heads,
      optimizer: this.compiled.optimizer,
      objective: distillObjective(settings),
    };
    const guide = (batch: Batch, step: number, training: boolean) => this.#guide(batch, step, training);
    const made = new GuidedTrainer(description, runtime, new Generator(this.seed).split("steps"), guide);
    made.restore((await student.trainer()).save());
    this.#trainer ??= made;
    return this.#trainer;
  }

  /** The batch with the teacher's targets and this step's figures. */
  async #guide(batch: Batch, step: number, training: boolean): Promise<Batch> {
    const rows = rowNumbers(batch.extras?.[carried.row]);
    const view = batch.extras?.[carried.view]?.item();
    const targets = await this.#source.targets({ inputs: batch.inputs, rows, view });
    const warning = training ? this.#tally.look(this.compiled.heads[0], batch, targets) : undefined;
    if (warning !== undefined) this.#warnings.say(warning);
    return { ...batch, extras: { ...targets, ...scalarsAt(this.#plan, step) } };
  }

  /**
   * Trains the student: on data as `fit` of a model takes them, with labels or without, or on a source of batches
   * `[x]`, `[x, y]` or `[x, y, sampleWeight]`. Figures are the loss, the student's metrics, and the distance from the
   * teacher: `divergence` (`distance`, `hint`, `teacherLoss` by the mode).
   *
   * Validation data go by the teacher too; where soft targets were computed before, they have the loss on labels alone,
   * unless they are the same data, or the end of them (`validationSplit`).
   *
   * @throws as `fit` of a model does; and when soft targets are of other data, before anything is trained
   */
  fit(
    source: BatchSource<DataFor<I>, DataFor<O> | null>,
    options?: DistillFitOptions<I, O>,
  ): Promise<History>;
  fit(x: DataFor<I>, y?: DataFor<O> | null, options?: DistillFitOptions<I, O>): Promise<History>;
  async fit(x: unknown, second?: unknown, third?: FitOptions<unknown, unknown>): Promise<History> {
    const source = isSource(x);
    const options = source ? (second as FitOptions<unknown, unknown> | undefined) : third;
    const settings = readFitOptions(options, source);
    const data = await (source ? this.#sourceData(x, settings) : this.#columnData(x, second, settings));
    const trainer = await this.trainer();
    const callbacks = [
      distillState(this.#plan.mode, this.#tally, this.#projection),
      ...(settings.callbacks ?? []),
    ];
    try {
      return await new FitLoop(this, trainer, data, { ...settings, callbacks }).run();
    } finally {
      // The student as it stands can go on by itself, and be saved with what that takes.
      (await this.student.trainer()).restore(trainer.save());
    }
  }

  async #sourceData(source: BatchSource<unknown, unknown>, settings: FitSettings): Promise<TrainingData> {
    if (this.#plan.teacher instanceof SoftTargets || this.#plan.augment !== undefined) {
      const what = this.#plan.augment === undefined ? "soft targets that are kept by row number" : "augment";
      throw new ImagoError(`fit: ${what} need data in memory, and a source of batches was given.`);
    }
    const validation = await this.#validation(settings);
    const { stepsPerEpoch: steps } = settings;
    return {
      steps: steps ?? stepsOf(source),
      validation,
      batches: (epoch, skip) => guidedSource("fit", this, source, { epoch, skip, steps }),
    };
  }

  async #columnData(x: unknown, y: unknown, settings: FitSettings): Promise<TrainingData> {
    const { sampleWeight, classWeight } = settings;
    const columns = columnsOf("fit", this, { x, y, sampleWeight, classWeight });
    await checkKept(this.#plan, columns);
    checkHeldBack(this.#plan, columns, settings.validationSplit);
    const data = columnBatches(this, settings, withRows(columns), await this.#validation(settings));
    return augmented(data, this.#plan, this.#plan.views);
  }

  async #validation({ validationData }: FitSettings): Promise<Validation | undefined> {
    if (validationData === undefined) return undefined;
    const what = "fit: validationData";
    if (!isTuple(validationData)) return () => guidedSource(what, this, validationData, wholePass);
    const [x, y, sampleWeight] = validationData;
    return evaluated(what, this.#plan, columnsOf(what, this, { x, y, sampleWeight }));
  }

  /**
   * Loss, metrics and the distance from the teacher by name, with labels or without. Where soft targets were computed
   * before, data that they are not of have the loss on labels alone.
   *
   * @throws when there are neither labels nor soft targets
   */
  async evaluate(x: DataFor<I>, y?: DataFor<O> | null, options: EvaluateOptions = {}): Promise<Logs> {
    const { batchSize, sampleWeight } = readDataOptions("evaluate", options);
    const columns = columnsOf("evaluate", this, { x, y, sampleWeight });
    const data = await evaluated("evaluate", this.#plan, columns);
    checkWholeBatches("evaluate", this, data.size);
    return evaluateColumns(this, await this.trainer(), data, batchSizeFor("evaluate", this, batchSize));
  }

  /** The student's outputs. */
  predict(x: DataFor<I>, options: PredictOptions = {}): Promise<ResultFor<O>> {
    return this.student.predict(x, options);
  }

  /**
   * What distillation brought, on data that neither has seen.
   *
   * @param y class numbers or one-hot rows of the output that it is about, `[samples, …]`; or by output, as `fit` has them
   * @throws on labels that are none of the classes
   */
  report(x: DataFor<I>, y: TensorLike | DataFor<O>, options: ReportOptions = {}): Promise<DistillReport> {
    return reportOf(this.#plan, this.#guesses, { x, y }, options);
  }

  #retire(): void {
    const before = this.#trainer;
    this.#trainer = undefined;
    void before?.dispose();
  }

  /** Frees the programs of student and teacher. */
  async dispose(): Promise<void> {
    this.#retire();
    await this.#source.dispose();
    await this.student.dispose();
  }
}

/**
 * Knowledge distillation (Hinton, Vinyals and Dean 2015): trains a student on what its teachers say.
 *
 * @example
 * const training = distill({ teacher, student, temperature: 4, alpha: 0.9 });
 * training.compile({ optimizer: "adam", metrics: ["accuracy"] });
 * await training.fit(x, y, { epochs: 20 });
 * await saveModel(student, "student");
 *
 * @throws on unknown options and values that will not do; when inputs, outputs or classes do not match
 */
export function distill<I extends Structure, O extends Structure>(
  options: DistillOptions<I, O>,
): Distillation<I, O> {
  return new Distillation(options);
}
