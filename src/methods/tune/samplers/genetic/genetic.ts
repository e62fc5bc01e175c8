import { type FieldsOf, number, optional, type ReadOf, readOptions } from "../../../../engine/options.js";
import type { Generator } from "../../../../engine/random/generator.js";
import { configOf } from "../../../../nn/config/config.js";
import type { Point } from "../../space/dimensions.js";
import { pointKey } from "../../space/pointKey.js";
import type { Sampler, Situation } from "../sampler.js";
import { sobolPoint } from "../sobol/sobol.js";
import { untriedPoint } from "../untriedPoint.js";
import { crossover } from "./crossover.js";
import { compareIndividuals, type Individual, parentsOf } from "./generations.js";
import { mutate } from "./mutate.js";

export interface GeneticOptions {
  /**
   * Individuals of a generation, from 2. Default: an eighth of the trials that there are when it begins, at least 10 and at
   * most 50.
   */
  readonly population?: number | undefined;
  /** The probability that a child has two parents and not one, from 0 to 1. Default: 0.9. */
  readonly crossover?: number | undefined;
  /** The probability that a parameter comes from the second parent, from 0 to 1. Default: 0.5. */
  readonly swap?: number | undefined;
  /** The probability that a parameter changes, from 0 to 1; one changes at least. Default: 1 / active parameters. */
  readonly mutation?: number | undefined;
  /** Distribution index of the mutation of numbers, from 0: the larger, the smaller the steps. Default: 20. */
  readonly eta?: number | undefined;
}

const fields = {
  population: optional(number({ min: 2, integer: true })),
  crossover: number({ default: 0.9, min: 0, max: 1 }),
  swap: number({ default: 0.5, min: 0, max: 1 }),
  mutation: optional(number({ min: 0, max: 1 })),
  eta: number({ default: 20, min: 0 }),
} satisfies FieldsOf<GeneticOptions>;

type Settings = ReadOf<typeof fields>;

/** How many children are made for one that may be tried. */
const attempts = 50;

/**
 * NSGA-II (Deb, Pratap, Agarwal and Meyarivan 2002), for one objective or several: parents are the best of a generation and of
 * the parents before it, by fronts and room; a child has parameters of two of them, chosen by binary tournaments, and some
 * changed. Branches that both parents have are crossed parameter by parameter, others kept whole. The first generation is of
 * the scrambled Sobol sequence. No point is tried twice, unless values are noisy; the search ends when every point of a finite
 * space was tried.
 *
 * @throws ImagoError on unknown options, and on numbers out of their range
 */
export function genetic(options: GeneticOptions = {}): Sampler {
  const settings = readOptions("genetic", options, fields);
  return {
    name: "genetic",
    config: configOf(settings),
    propose: (situation) => propose(situation, settings),
  };
}

function propose(situation: Situation, settings: Settings): Point | undefined {
  const { level, seen, running, random, noisy, allows } = situation;
  const known = new Set([...seen.map(({ point }) => pointKey(point)), ...running.map(pointKey)]);
  const isFresh = noisy ? allows : (point: Point): boolean => allows(point) && !known.has(pointKey(point));
  const { population } = settings;
  const parents = parentsOf(seen, (trials) => population ?? populationAfter(trials));
  if (parents.length === 0) {
    const point = sobolPoint({ ...situation, allows: isFresh });
    if (isFresh(point)) return point;
  } else {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const point = child(situation, parents, settings, random.split(attempt));
      if (isFresh(point)) return point;
    }
  }
  return untriedPoint(level, isFresh, random.split("else"));
}

/** Small ones first: in the 100 or 200 trials that are usual, 50 individuals would have two or four generations. */
function populationAfter(trials: number): number {
  return Math.max(10, Math.min(50, Math.floor(trials / 8)));
}

function child(
  { level }: Situation,
  parents: readonly Individual[],
  settings: Settings,
  random: Generator,
): Point {
  const first = tournament(parents, random);
  const isCrossed = random.uniform() < settings.crossover;
  const second = isCrossed ? tournament(parents, random) : first;
  return mutate(level, crossover(level, first.point, second.point, settings.swap, random), settings, random);
}

/** The better of two that are drawn. */
function tournament(parents: readonly Individual[], random: Generator): Individual {
  const [one, other] = [0, 1].map(() => parents[random.integer(parents.length)]!) as [Individual, Individual];
  return compareIndividuals(one, other) <= 0 ? one : other;
}
