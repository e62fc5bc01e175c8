import { ImagoError } from "../../../engine/errors.js";
import { accepting, callable, type FieldsOf, list, optional, readOptions } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import { defaultRuntime } from "../../../engine/runtime/default.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import { makeColumns } from "../../../nn/data/columns.js";
import { type Columns, pickColumns } from "../../../nn/data/source.js";
import { runtimeField } from "../../../nn/models/fields.js";
import { Model } from "../../../nn/models/model.js";
import type { DataFor, Structure } from "../../../nn/network/structure.js";
import type { Callback } from "../../../nn/training/callback.js";
import { columnBatches, dataModel, validationOf } from "../../../nn/training/fit.js";
import { FitLoop } from "../../../nn/training/fitLoop.js";
import {
  checkValidation,
  type FitOptions,
  type FitSettings,
  fitFields,
} from "../../../nn/training/fitOptions.js";
import type { History } from "../../../nn/training/history.js";
import { MemberTrainer } from "./memberTrainer.js";
import { type GroupMember, TrainingGroup } from "./trainingGroup.js";

export interface FitTogetherOptions<X = unknown, Y = unknown>
  extends Omit<FitOptions<X, Y>, "callbacks" | "resume" | "parts" | "partStatistics"> {
  /** For each member the samples that it learns from, a bag or a fold; a number may come more than once. Default: all. */
  readonly rows?: readonly ArrayLike<number>[] | undefined;
  /** Made for each member, by its place in `models`. Default: none. */
  readonly callbacks?: ((member: number) => readonly Callback[]) | undefined;
  /** Where programs run. Default: ONNX Runtime's own library in Node. */
  readonly runtime?: Runtime | undefined;
}

const {
  callbacks: _callbacks,
  resume: _resume,
  parts: _parts,
  partStatistics: _statistics,
  ...shared
} = fitFields;

const isRows = (value: unknown): value is ArrayLike<number> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

const fields = {
  ...shared,
  rows: optional(list(accepting("an array of row numbers", isRows), "an array of arrays of row numbers")),
  callbacks: optional(callable<(member: number) => readonly Callback[]>()),
  runtime: runtimeField,
} satisfies FieldsOf<FitTogetherOptions>;

const where = "fitTogether";

/**
 * Trains several networks of the same layers side by side: a step of all of them is one run of one graph, whose weights have
 * a first axis that counts members. Each ends as if `fit` had trained it alone, with its own seed's weights, orders and
 * dropout, to within the rounding of sums in another order; and each keeps its own callbacks, and may end before the others.
 *
 * Small networks gain most, up to five times, since a step of theirs costs more for its beginning than for its numbers;
 * layers of a thousand units gain nothing and may lose. Convolutions are taken in turn. Loops over time are refused, unless they are unrolled.
 *
 * @param models compiled, alike in all but their seeds
 * @param x as for `fit`, the same for all
 * @param y as for `fit`
 * @returns what `fit` would have said of each
 * @throws ImagoError on unknown options, fewer than two models, one that is not compiled, comes twice, or computes something
 *   else than the first, on data that do not fit, and where a network holds a loop
 */
export async function fitTogether<I extends Structure, O extends Structure>(
  models: readonly Model<I, O>[],
  x: DataFor<I>,
  y: DataFor<O>,
  options: FitTogetherOptions<DataFor<I>, DataFor<O>> = {},
): Promise<History[]> {
  const { rows, callbacks, runtime, ...settings } = readOptions(where, options, fields);
  checkValidation(where, settings, options);
  checkModels(models);
  const { sampleWeight, classWeight } = settings;
  const all = makeColumns(where, dataModel(models[0] as Model<I, O>), { x, y, sampleWeight, classWeight });
  const bags = checkedBags(rows, models.length, all.size);
  const members: GroupMember[] = [];
  const chosen = runtime ?? (await defaultRuntime());
  for (const [index, model] of models.entries()) members.push(await memberOf(model, chosen, index));
  const group = new TrainingGroup(members, chosen);
  try {
    return await runAll(members, group, settings.signal, (index, signal) => {
      const columns = bags === undefined ? all : pickColumns(all, bags[index] as ArrayLike<number>);
      const unused = { resume: undefined, parts: undefined, partStatistics: undefined };
      const own = { ...settings, ...unused, signal, callbacks: callbacks?.(index) };
      return runOne(models[index] as Model<I, O>, members[index] as GroupMember, own, columns);
    });
  } finally {
    await group.dispose();
    for (const [index, model] of models.entries()) {
      await giveBack(model, (members[index] as GroupMember).trainer);
    }
  }
}

/** Runs the members side by side; where one fails, the others end too. */
async function runAll<T>(
  members: readonly GroupMember[],
  group: TrainingGroup,
  given: AbortSignal | undefined,
  run: (index: number, signal: AbortSignal) => Promise<T>,
): Promise<T[]> {
  const ends = new AbortController();
  const signal = given === undefined ? ends.signal : AbortSignal.any([given, ends.signal]);
  const runs = members.map(async ({ trainer }, index) => {
    try {
      return await run(index, signal);
    } catch (error) {
      ends.abort(error);
      throw error;
    } finally {
      group.leave(trainer);
    }
  });
  await Promise.allSettled(runs);
  return Promise.all(runs);
}

function runOne<I extends Structure, O extends Structure>(
  model: Model<I, O>,
  { trainer }: GroupMember,
  settings: FitSettings,
  columns: Columns,
): Promise<History> {
  const validation = validationOf(model, settings.validationData);
  return new FitLoop(model, trainer, columnBatches(model, settings, columns, validation), settings).run();
}

/** A trainer that goes on where the model's own stands. */
async function memberOf<I extends Structure, O extends Structure>(
  model: Model<I, O>,
  runtime: Runtime,
  index: number,
): Promise<GroupMember> {
  const { functional, variables, compiled } = model;
  const description = { functional, variables, heads: compiled.heads, optimizer: compiled.optimizer };
  const trainer = new MemberTrainer(description, runtime, new Generator(model.seed).split("steps"));
  trainer.restore((await model.trainer()).save());
  return { trainer, description, label: `models[${index}]` };
}

/** The model goes on where the group ended, with memory of its own. */
async function giveBack<I extends Structure, O extends Structure>(
  model: Model<I, O>,
  trainer: MemberTrainer,
): Promise<void> {
  for (const { variable } of model.variables) variable.value = variable.value.clone();
  (await model.trainer()).restore(trainer.save());
  await trainer.dispose();
}

function checkModels<I extends Structure, O extends Structure>(models: readonly Model<I, O>[]): void {
  const [first, second] = isModels(models) ? models : [];
  if (first === undefined || second === undefined) {
    throw new ImagoError(`${where}: expected an array of two or more models.`);
  }
  const facts = namesOf(first);
  for (const [index, model] of models.entries()) {
    if (!model.isCompiled)
      throw new ImagoError(`${where}: models[${index}] is not compiled; call compile first.`);
    if (models.indexOf(model) !== index) {
      throw new ImagoError(`${where}: models[${index}] is models[${models.indexOf(model)}]; give each once.`);
    }
    const other = namesOf(model).find((name, place) => name !== facts[place]);
    if (other !== undefined || namesOf(model).length !== facts.length) {
      throw new ImagoError(
        `${where}: models[${index}] has ${other === undefined ? "fewer weights" : `"${other}"`} where models[0] has ` +
          "other ones; members must have the same layers under the same names.",
      );
    }
  }
}

function isModels(value: unknown): boolean {
  return Array.isArray(value) && value.every((model) => model instanceof Model);
}

function namesOf(model: Pick<Model, "inputs" | "outputs" | "variables">): string[] {
  const { inputs, outputs, variables } = model;
  return [
    ...inputs.map(({ name }) => name),
    ...outputs.map(({ name }) => name),
    ...variables.map(({ path }) => path),
  ];
}

function checkedBags(
  rows: readonly ArrayLike<number>[] | undefined,
  members: number,
  size: number,
): readonly ArrayLike<number>[] | undefined {
  if (rows === undefined) return undefined;
  if (rows.length !== members) {
    throw new ImagoError(`${where}: rows has ${rows.length} lists for ${members} models; give one for each.`);
  }
  rows.forEach((own, index) => {
    if (own.length === 0) throw new ImagoError(`${where}: rows[${index}] is empty.`);
    const bad = Array.from(own).find((row) => !Number.isInteger(row) || row < 0 || row >= size);
    if (bad === undefined) return;
    throw new ImagoError(`${where}: rows[${index}] holds ${bad}; the data have the rows 0 to ${size - 1}.`);
  });
  return rows;
}
