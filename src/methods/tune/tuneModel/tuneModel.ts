import { ImagoError } from "../../../engine/errors.js";
import { type ReadOf, readOptions } from "../../../engine/options.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { directionOf } from "../../../nn/callbacks/monitor.js";
import { sliceRows } from "../../../nn/data/rows.js";
import type { Model } from "../../../nn/models/model.js";
import type { Ending } from "../ending/ending.js";
import type { Measured } from "../ending/finish.js";
import { type Parts, Sealed, split, type Table } from "../ending/split.js";
import { pruning } from "../pruning.js";
import type { ParamsOf, Space } from "../space/parameters.js";
import { openStudy } from "../study/openStudy.js";
import type { Outcome } from "../study/outcome.js";
import type { Study } from "../study/study.js";
import type { Trial } from "../study/trial.js";
import { type TuneData, type TuneFit, type TuneModelOptions, tuneModelFields } from "./options.js";

/** What a search of models came to. */
export interface TunedModel<S extends Space> {
  /** The chosen network, as it was trained in the search: it need not be trained again. */
  readonly model: Model;
  readonly params: ParamsOf<S>;
  /** The three figures of it, each more honest than the one before. */
  readonly ending: Ending;
  /** Closed: it can be looked at, and opened again by `openStudy` where it has a folder. */
  readonly study: Study<S>;
}

type Settings = ReadOf<typeof tuneModelFields>;
type Columns = { readonly x: Table[string]; readonly y: Table[string] };

/**
 * Searches for the parameters with which a network learns best: builds, trains and measures one for each trial, prunes those that
 * are not worth going on, trains the best few again with other seeds, chooses, and measures the chosen one on test data.
 *
 * @throws ImagoError on unknown options, where no trial came to an end, and as `openStudy`; the signal's reason when it aborts
 */
export async function tuneModel<const S extends Space>(options: TuneModelOptions<S>): Promise<TunedModel<S>> {
  const where = "tuneModel";
  const read = readOptions(where, options, tuneModelFields);
  const parts = partsOf(where, read.data, read.seed);
  const { monitor, mode, trials, timeLimit, signal, onTrial, candidates, repeats } = read;
  const direction = directionOf(where, monitor, mode) === "min" ? "minimize" : "maximize";
  const { space, sampler, pruner, seed, constraint, folder } = options;
  const study = await openStudy<S>({
    ...{ space, sampler, pruner, seed, constraint, folder, direction },
    keepModels: candidates,
  });
  const objective = (trial: Trial<ParamsOf<S>>): Promise<Outcome> => evaluate(trial, parts, read);
  try {
    await study.run(objective, { trials, timeLimit, signal, onTrial });
    signal?.throwIfAborted();
    const test = parts.test.rows === 0 ? {} : { test: parts.test, measure: measureWith(monitor) };
    const ending = await study.finish<Columns>({ candidates, repeats, signal, ...test });
    const params = study.record(ending.trial)?.params as ParamsOf<S>;
    return { model: await study.model(ending.trial), params, ending, study };
  } finally {
    await study.close();
  }
}

function partsOf(where: string, data: TuneData, seed: number): Parts<Columns> {
  const { x, y, validation = 0.2, test = 0, groups } = data;
  const share = (part: number | object): number => (typeof part === "number" ? part : 0);
  const parts = split({ x, y }, { validation: share(validation), test: share(test), groups, seed });
  if (validation === 0) {
    throw new ImagoError(`${where}: data.validation is 0, so there is nothing to measure trials on.`);
  }
  return {
    train: parts.train,
    validation: typeof validation === "number" ? parts.validation : validation,
    test: typeof test === "number" ? parts.test : new Sealed<Columns>(test, rowCount(test.y)),
  };
}

function rowCount(column: Table[string]): number {
  if (column instanceof Tensor) return column.shape[0] ?? 0;
  if (Array.isArray(column)) return column.length;
  const [first] = Object.values(column as Table);
  return first === undefined ? 0 : rowCount(first);
}

async function evaluate(
  trial: Trial<unknown>,
  { train, validation }: Parts<Columns>,
  { build, fit: given, monitor, mode }: Settings,
): Promise<Outcome> {
  const params = trial.params as never;
  const net: Model = await build(params, { seed: trial.seed });
  try {
    const { callbacks = [], ...others }: TuneFit =
      typeof given === "function" ? given(params) : (given ?? {});
    const { batchSize, validationBatchSize = batchSize } = others;
    const { history } = await net.fit(train.x as never, train.y as never, {
      ...{ epochs: 10, ...others },
      validationData: [validation.x, validation.y] as never,
      callbacks: [...callbacks, pruning(trial, { monitor, mode })],
      signal: trial.signal,
    });
    if (trial.repeat === 0 && !trial.shouldStop) await trial.keep(net);
    const last = history[monitor]?.at(-1);
    // What it comes to after a stop does not count.
    if (trial.shouldStop) return last ?? Number.NaN;
    return (await validated(net, validation, monitor, validationBatchSize)) ?? last ?? Number.NaN;
  } finally {
    await net.dispose();
  }
}

/**
 * A validation figure of the network as it is now. That of the last epoch is another where a callback brought back the weights of an
 * earlier one, and there is none where a trial that goes on had no epoch left; else they are the same to the bit.
 */
async function validated(
  net: Model,
  { x, y }: Columns,
  monitor: string,
  batchSize: number | undefined,
): Promise<number | undefined> {
  if (!monitor.startsWith("val_")) return undefined;
  const figures = await net.evaluate(x as never, y as never, { batchSize });
  return figures[monitor.slice("val_".length)];
}

/** So many parts of test data say how much the figure varies. */
const partCount = 20;

/** Of the whole, with its error by how much the figure differs between parts. */
const measureWith =
  (monitor: string) =>
  async ({ x, y }: Columns, { model }: { readonly model: Model | undefined }): Promise<Measured> => {
    const name = monitor.replace(/^val_/, "");
    const figureOf = async (xs: Table[string], ys: Table[string]): Promise<number> =>
      (await model?.evaluate(xs as never, ys as never))?.[name] ?? Number.NaN;
    const value = await figureOf(x, y);
    const rows = rowCount(y);
    const count = Math.min(partCount, Math.floor(rows / 2));
    if (count < 4) return value;
    const figures: number[] = [];
    for (let part = 0; part < count; part++) {
      const [from, to] = [Math.floor((part * rows) / count), Math.floor(((part + 1) * rows) / count)];
      figures.push(await figureOf(cut(x, from, to), cut(y, from, to)));
    }
    const mean = figures.reduce((sum, one) => sum + one, 0) / count;
    const squares = figures.reduce((sum, one) => sum + (one - mean) ** 2, 0);
    return { value, standardError: Math.sqrt(squares / (count - 1) / count), degreesOfFreedom: count - 1 };
  };

function cut(column: Table[string], from: number, to: number): Table[string] {
  if (column instanceof Tensor) return sliceRows(column, from, to);
  if (Array.isArray(column)) return column.slice(from, to);
  return Object.fromEntries(Object.entries(column as Table).map(([name, one]) => [name, cut(one, from, to)]));
}
