import { gradients } from "../../../engine/autodiff/gradients.js";
import { ImagoError } from "../../../engine/errors.js";
import { Graph, type Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import type { Sizes } from "../../../engine/rows/rows.js";
import type { TensorType } from "../../../engine/tensor/tensor.js";
import type { Metric } from "../../metrics/metric.js";
import type { Optimizer } from "../../optimizers/optimizer.js";
import { StepEmission } from "../stepEmission.js";
import {
  emitHeads,
  emitUpdates,
  type Mode,
  outputPredictions,
  type Signature,
  type StepDescription,
  tracedInputs,
  trainedOf,
} from "../stepGraph.js";
import { PartEmission, type PartOf } from "./partEmission.js";
import { type Probe, probe } from "./probe.js";
import { type RowRange, rangesOf } from "./ranges.js";
import { divisorGraph, outputsApart, type Shares, sharesOf, Whole } from "./shares.js";

export interface SplitOptions {
  /** Parts, from 2 to the samples of the batch. */
  readonly parts: number;
  readonly partStatistics: boolean;
}

/** A step as graphs for parts of its batch, and what is done before and behind them. */
export interface SplitStep {
  /** The rows of each part. */
  readonly ranges: readonly RowRange[];
  /** One for each part; parts of as many rows have the same. What they give is added up, but for what a model predicts. */
  readonly graphs: readonly Graph[];
  /** Gives what the losses of the whole batch are divided by, where that depends on the data. */
  readonly divisors: Graph | undefined;
  /** Takes the parts' gradients, as {@link partInput} names them, and gives `next/PATH`. Absent where nothing is trained. */
  readonly update: Graph | undefined;
  /** Paths of what `update` replaces. */
  readonly updated: readonly string[];
  /** Paths of what the sums of the parts' outputs `next/PATH` replace: moving statistics. */
  readonly statistics: readonly string[];
  readonly metrics: readonly (readonly Metric[])[];
}

/** The name of a weight's gradient. */
export const gradientName = (path: string): string => `gradient/${path}`;

/** The name of the input for what a part gave, counted from 0. */
export const partInput = (part: number, name: string): string => `part/${part}/${name}`;

/** Names of the inputs that a batch is fed by. */
export function isDataInput(name: string): boolean {
  return /^(input|target|weight)\//.test(name);
}

/**
 * Makes one step ready to be computed in parts.
 *
 * @returns why it is computed whole, where the samples of a batch are not computed apart
 */
export function splitStep(
  description: StepDescription,
  mode: Mode,
  signature: Signature,
  { parts, partStatistics }: SplitOptions,
): SplitStep | Whole {
  const refusal = refused(description, mode, signature);
  if (refusal !== undefined) return refusal;
  const rows = rowsIn(signature) as number;
  const ranges = rangesOf(rows, parts);
  try {
    const whole = probe(description, mode, signature);
    const shares = checked(description, mode, signature, { whole, ranges, partStatistics });
    if (shares instanceof Whole) return shares;
    const divisors = divisorGraph(whole, shares, isDataInput);
    if (divisors instanceof Whole) return divisors;
    const made = new Map<number, PartGraph>();
    for (const range of ranges) {
      const size = range.to - range.from;
      const of = { rows: size, wholeRows: rows, random: whole.random, shares };
      if (!made.has(size)) made.set(size, partGraph(description, mode, ofRows(signature, size), of));
    }
    const all = ranges.map(({ from, to }) => made.get(to - from) as PartGraph);
    const [{ metrics, statistics }] = all as [PartGraph];
    const graphs = all.map(({ graph }) => graph);
    const update = mode === "train" ? updateGraph(description, parts) : { graph: undefined, updated: [] };
    return { ranges, graphs, divisors, update: update.graph, updated: update.updated, statistics, metrics };
  } catch (error) {
    // A network that takes no smaller batch says so, in the words of the layer.
    if (!(error instanceof ImagoError)) throw error;
    return new Whole(`the step of a part cannot be made: ${error.message}`);
  }
}

/** What is known without looking at the graph. */
function refused(
  { functional, objective, variables }: StepDescription,
  mode: Mode,
  signature: Signature,
): Whole | undefined {
  const keeper = functional.layers.find((layer) => layer.isStateful);
  if (keeper !== undefined) return new Whole(`${keeper.label} carries states from batch to batch`);
  if (objective !== undefined && mode !== "predict")
    return new Whole("the loss is computed on whole batches");
  // Weights of these names would be taken for something else.
  const named = variables.find(({ path }) =>
    /^(input|target|weight|whole|part|random|gradient)\//.test(path),
  );
  if (named !== undefined) return new Whole(`a weight is named "${named.path}", as inputs of a step are`);
  return rowsIn(signature) === undefined ? new Whole("not all data have a row for each sample") : undefined;
}

function typesIn({ inputs, targets, weights }: Signature): TensorType[] {
  return [...inputs, ...targets, ...weights].filter((type) => type !== undefined);
}

/** The samples in a batch, where all its tensors have as many. */
export function rowsIn(signature: Signature): number | undefined {
  const [first, ...others] = typesIn(signature).map(({ shape }) => shape[0]);
  return others.every((rows) => rows === first) ? first : undefined;
}

function ofRows(signature: Signature, rows: number): Signature {
  const fewer = <T extends TensorType | undefined>(type: T): T | TensorType =>
    type === undefined ? type : { dtype: type.dtype, shape: [rows, ...type.shape.slice(1)] };
  return {
    inputs: signature.inputs.map(fewer) as TensorType[],
    targets: signature.targets.map(fewer),
    weights: signature.weights.map(fewer),
  };
}

interface Look {
  readonly whole: Probe;
  readonly ranges: readonly RowRange[];
  readonly partStatistics: boolean;
}

/**
 * Looks whether samples are computed apart in the whole batch and in each size of part. A layer may compute the same in another way
 * for many samples than for few, so each step is compared to one of a sample more or less, not to those of other sizes.
 */
function checked(
  description: StepDescription,
  mode: Mode,
  signature: Signature,
  { whole, ranges, partStatistics }: Look,
): Shares | Whole {
  const probed = (rows: number): Probe => probe(description, mode, ofRows(signature, rows));
  const compared = (one: Probe, other: Probe, sizes: Sizes): Shares | Whole =>
    mode === "predict"
      ? (outputsApart(one, other, sizes) ?? nothingShared)
      : sharesOf(one, other, sizes, partStatistics);
  const look = (one: Probe, rows: number): Shares | Whole => {
    // One row's axis is like any other of size 1: it is known by that of two.
    if (rows === 1) return compared(probed(2), one, { whole: 2, part: 1 });
    const found = compared(one, probed(rows - 1), { whole: rows, part: rows - 1 });
    return found instanceof Whole ? compared(one, probed(rows + 1), { whole: rows, part: rows + 1 }) : found;
  };
  const shares = look(whole, rowsIn(signature) as number);
  if (shares instanceof Whole) return shares;
  for (const rows of new Set(ranges.map(({ from, to }) => to - from))) {
    const part = probed(rows);
    const own = look(part, rows);
    if (own instanceof Whole) return own;
    const isSame = sameShares(shares, own) && sameStreams(whole, part);
    if (!isSame) return new Whole("the step of a part is another one");
  }
  return shares;
}

const nothingShared: Shares = { divisors: new Map(), isSum: [] };

function sameShares(a: Shares, b: Shares): boolean {
  return (
    a.isSum.length === b.isSum.length &&
    a.isSum.every((isSum, at) => isSum === b.isSum[at]) &&
    [...a.divisors].every(([name, divisor]) => typeof divisor === typeof b.divisors.get(name))
  );
}

/** Whether random numbers are asked for in the same places, in shapes that differ in one axis. */
function sameStreams(a: Probe, b: Probe): boolean {
  return (
    a.random.length === b.random.length &&
    a.random.every((shape, stream) => {
      const other = b.random[stream];
      return other?.length === shape.length && shape.filter((size, axis) => size !== other[axis]).length <= 1;
    })
  );
}

interface PartGraph {
  readonly graph: Graph;
  readonly metrics: readonly (readonly Metric[])[];
  readonly statistics: readonly string[];
}

/** The step of a part: what it gives is its share of what the whole batch gives. */
function partGraph(description: StepDescription, mode: Mode, signature: Signature, of: PartOf): PartGraph {
  const { functional, variables } = description;
  const graph = new Graph();
  const emission = new PartEmission(graph, variables, mode === "train", of);
  const traced = tracedInputs(functional, signature, emission);
  if (mode === "predict") {
    outputPredictions(functional, traced, graph);
    return { graph, metrics: [], statistics: [] };
  }
  const { total, metrics } = emitHeads(description, traced, signature, emission);
  const statistics = [...emission.replaced.keys()];
  for (const [path, value] of emission.replaced) graph.output(`next/${path}`, emission.share(value));
  if (mode === "train") emitGradients(emission, description, total);
  return { graph, metrics, statistics };
}

function emitGradients(emission: PartEmission, { variables }: StepDescription, total: Value): void {
  const trained = trainedOf(variables);
  const found = gradients(
    total,
    trained.map((entry) => emission.value(entry)),
  );
  trained.forEach(({ path }, index) => {
    emission.graph.output(gradientName(path), found[index] as Value);
  });
}

/** The update alone: weights, slots and each part's gradients in, weights and slots out. */
function updateGraph(
  { variables, optimizer }: StepDescription,
  parts: number,
): { graph: Graph; updated: string[] } {
  const graph = new Graph();
  const emission = new StepEmission(graph, variables, true);
  // One after the other, so that the sums are the same at every run.
  const given = trainedOf(variables).map(({ path, variable: { dtype, shape } }) =>
    Array.from({ length: parts }, (_, part) =>
      emission.input(partInput(part, gradientName(path)), { dtype, shape }),
    ).reduce((sum, more) => add(sum, more)),
  );
  emitUpdates(emission, optimizer as Optimizer, variables, given);
  return { graph, updated: emission.finish() };
}
