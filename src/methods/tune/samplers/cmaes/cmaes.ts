import { type FieldsOf, number, optional, readOptions } from "../../../../engine/options.js";
import type { Generator } from "../../../../engine/random/generator.js";
import { configOf } from "../../../../nn/config/config.js";
import type { NumberDimension, Point } from "../../space/dimensions.js";
import type { Sampler, Seen, Situation } from "../sampler.js";
import { tpe } from "../tpe/tpe.js";
import { Evolution, type Individual, populationSize } from "./evolution.js";

export interface CmaesOptions {
  /** Individuals of a first generation. Default: 4 + ⌊3 ln d⌋ of d numbers. */
  readonly population?: number | undefined;
  /** The first standard deviation, of a range. Default: 1/6. */
  readonly sigma?: number | undefined;
}

const fields = {
  population: optional(number({ min: 4, integer: true })),
  sigma: number({ default: 1 / 6, above: 0, max: 1 }),
} satisfies FieldsOf<CmaesOptions>;

/**
 * The CMA evolution strategy over the numbers that are always active, together; what is in branches, and what has no order, is
 * proposed as by `tpe`. Where it has converged it begins anew elsewhere, with twice the population (Auger and Hansen 2005).
 * Whole numbers are taken for places drawn from their cells, so that no spread falls below a cell.
 */
export function cmaes(options: CmaesOptions = {}): Sampler {
  const settings = readOptions("cmaes", options, fields);
  const others = tpe();
  return {
    name: "cmaes",
    config: configOf(settings),
    propose: (situation) => {
      const numbers = situation.level.dimensions.filter(
        (dimension): dimension is NumberDimension =>
          dimension.kind === "number" && dimension.low < dimension.high,
      );
      if (numbers.length === 0) return others.propose(situation);
      return propose(situation, numbers, settings, others);
    },
  };
}

/** How often a point outside the ranges, or one that may not be tried, is drawn again. */
const attempts = 100;

function propose(
  situation: Situation,
  numbers: readonly NumberDimension[],
  settings: { readonly population: number | undefined; readonly sigma: number },
  others: Sampler,
): Point | undefined {
  const hasOthers = situation.level.dimensions.length > numbers.length;
  const rest = hasOthers ? others.propose({ ...situation, noisy: true, allows: () => true }) : undefined;
  if (hasOthers && rest === undefined) return undefined;
  const evolution = replayed(situation, numbers, settings);
  const random = situation.random.split("cmaes");
  let point = new Map(rest);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const normals = Float64Array.from(random.split(attempt).normals(numbers.length));
    const drawn = evolution.point(normals);
    const inside = drawn.every((one) => one >= 0 && one <= 1);
    if (!inside && attempt < 10 * numbers.length && attempt < attempts - 1) continue;
    point = new Map(rest);
    numbers.forEach((dimension, place) => {
      const u = Math.min(1, Math.max(0, drawn[place]!));
      point.set(dimension.path, dimension.value(dimension.low + u * (dimension.high - dimension.low)));
    });
    if (situation.allows(point)) break;
  }
  return point;
}

/** The strategy after the generations that are complete, each of as many finished trials as it has individuals, by number. */
function replayed(
  { seen, scramble }: Situation,
  numbers: readonly NumberDimension[],
  { population, sigma }: { readonly population: number | undefined; readonly sigma: number },
): Evolution {
  let size = population ?? populationSize(numbers.length);
  let evolution = new Evolution(new Float64Array(numbers.length).fill(0.5), sigma, size);
  let restarts = 0;
  for (let from = 0; from + size <= seen.length; ) {
    const generation = seen.slice(from, from + size);
    evolution.learn(generation.map((trial) => individual(trial, numbers, scramble)));
    from += size;
    if (!evolution.isOver) continue;
    restarts++;
    size *= 2;
    const mean = Float64Array.from(scramble.split("restart").split(restarts).uniforms(numbers.length));
    evolution = new Evolution(mean, 0.3, size);
  }
  return evolution;
}

/** A trial as a place in the unit cube; of finitely many values one drawn from those that are rounded to it. */
function individual(trial: Seen, numbers: readonly NumberDimension[], scramble: Generator): Individual {
  const random = scramble.split("cells").split(trial.number);
  const x = Float64Array.from(numbers, (dimension) => {
    const value = trial.point.get(dimension.path) as number;
    const [from, to] = dimension.count === undefined ? [0, 0] : dimension.cell(value);
    const at =
      dimension.count === undefined ? dimension.coordinate(value) : from + (to - from) * random.uniform();
    return (at - dimension.low) / (dimension.high - dimension.low);
  });
  const { loss } = trial;
  return { x, loss: trial.state === "complete" && loss !== undefined ? loss : Number.POSITIVE_INFINITY };
}
