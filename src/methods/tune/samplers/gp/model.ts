import type { Level, Point } from "../../space/dimensions.js";
import type { Seen } from "../sampler.js";
import { type Encoding, encodingOf, rowOf } from "./encoding.js";
import { fitHyperparameters } from "./fitHyperparameters.js";
import { GaussianProcess } from "./gaussianProcess.js";
import { HyperparameterVector } from "./hyperparameterVector.js";
import { lossesOf, warpedTargets } from "./targets.js";
import { type Hyperparameters, TreeKernel } from "./treeKernel.js";

/** What is known of a space after some trials. */
export interface Model {
  readonly encoding: Encoding;
  /** Its points are those of the trials, then of those that are running. */
  readonly surrogate: GaussianProcess;
  /** What a point must be better than, as the process sees losses. */
  readonly best: number;
}

/** With how many of the first trials the hyper-parameters for n trials are fitted: a tenth more each time. */
export function fittedAt(n: number): number {
  if (n < 20) return n;
  let at = 20;
  while (at + Math.floor(at / 10) <= n) at += Math.floor(at / 10);
  return at;
}

interface Kept {
  readonly level: Level;
  readonly noisy: boolean;
  readonly encoding: Encoding;
  readonly fitted: readonly Seen[];
  readonly surrogate: GaussianProcess;
  readonly points: Point[];
}

/**
 * Makes models, and keeps the last one's hyper-parameters and factor for the next, which has a trial more. What is kept saves
 * time and nothing else: a model is a function of the trials.
 */
export class Modeller {
  #kept: Kept | undefined;

  /** @returns `undefined` while no trial gave a number */
  model(level: Level, seen: readonly Seen[], running: readonly Point[], noisy: boolean): Model | undefined {
    const losses = lossesOf(seen);
    if (losses === undefined) return undefined;
    const kept = this.#fit(level, seen, noisy);
    const { encoding, surrogate } = kept;
    const points = seen.map(({ point }) => point);
    let same = 0;
    while (same < kept.points.length && kept.points[same] === points[same]) same++;
    surrogate.truncate(same);
    for (const point of points.slice(same)) surrogate.add(rowOf(encoding, point));
    kept.points.splice(0, kept.points.length, ...points);
    const targets = warpedTargets(losses);
    surrogate.observe(targets);
    const best = incumbent(surrogate, noisy);
    const believed = believe(surrogate, running, encoding);
    return { encoding, surrogate, best: Math.min(best, ...believed) };
  }

  #fit(level: Level, seen: readonly Seen[], noisy: boolean): Kept {
    const fitted = seen.slice(0, fittedAt(seen.length));
    const kept = this.#kept;
    if (
      kept?.level === level &&
      kept.noisy === noisy &&
      kept.fitted.length === fitted.length &&
      kept.fitted.every((trial, i) => isSame(trial, fitted[i] as Seen))
    ) {
      return kept;
    }
    const encoding = encodingOf(level);
    const layout = new HyperparameterVector(encoding, numbersTogether(level), noisy);
    const telling = tellingTrials(fitted);
    const rows = telling.map(({ point }) => rowOf(encoding, point));
    const losses = lossesOf(telling);
    const hyperparameters: Hyperparameters =
      losses === undefined
        ? layout.read(layout.start())
        : fitHyperparameters(encoding, rows, warpedTargets(losses), layout);
    const surrogate = new GaussianProcess(new TreeKernel(encoding, hyperparameters));
    this.#kept = { level, noisy, encoding, fitted, surrogate, points: [] };
    return this.#kept;
  }
}

/** More do not change what is fitted, and cost the cube of their number. */
const mostFitted = 128;

/** The trials from which hyper-parameters are learnt: all, or of many the best half and others spread evenly, by number. */
export function tellingTrials(trials: readonly Seen[]): readonly Seen[] {
  if (trials.length <= mostFitted) return trials;
  const losses = lossesOf(trials) ?? trials.map(() => 0);
  const order = [...trials.keys()].sort((a, b) => losses[a]! - losses[b]! || a - b);
  const half = mostFitted / 2;
  const others = order.slice(half).sort((a, b) => a - b);
  const spread = Array.from({ length: half }, (_, k) => others[Math.floor((k * others.length) / half)]!);
  const places = [...order.slice(0, half), ...spread].sort((a, b) => a - b);
  return places.map((place) => trials[place] as Seen);
}

function isSame(a: Seen, b: Seen): boolean {
  return a.point === b.point && a.state === b.state && Object.is(a.loss, b.loss);
}

/** The best value seen, or, where values are noisy, the best of those that the process believes to be behind them. */
function incumbent(surrogate: GaussianProcess, noisy: boolean): number {
  if (!noisy) return Math.min(...surrogate.targets);
  return Math.min(...surrogate.rows.map((row) => surrogate.mean(row)));
}

/** Points that are being evaluated are taken to give what is expected of them: nothing is to be learnt there. */
function believe(
  surrogate: GaussianProcess,
  running: readonly Point[],
  encoding: Encoding,
): readonly number[] {
  if (running.length === 0) return [];
  const rows = running.map((point) => rowOf(encoding, point));
  const believed = rows.map((row) => surrogate.mean(row));
  const targets = [...surrogate.targets, ...believed];
  for (const row of rows) surrogate.add(row);
  surrogate.observe(Float64Array.from(targets));
  return believed;
}

/** The most numbers that are active in one point. */
export function numbersTogether(level: Level): number {
  return level.dimensions.reduce((sum, dimension) => {
    if (dimension.kind === "number") return sum + 1;
    return sum + Math.max(0, ...(dimension.branches ?? []).map(numbersTogether));
  }, 0);
}
