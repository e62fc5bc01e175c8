import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import { halving } from "./halving.js";
import type { Pruner } from "./pruner.js";

export interface HyperbandOptions {
  /** The step of the first rung of the keenest bracket, above 0. Default: 1. */
  readonly first?: number | undefined;
  /** The last step of a whole trial, from `first`, at which none is ended. Default: 81. */
  readonly last?: number | undefined;
  /** One of so many trials goes on from each rung, whose step is so many times the one before; from 2. Default: 3. */
  readonly factor?: number | undefined;
}

const fields = {
  first: number({ default: 1, above: 0 }),
  last: number({ default: 81, above: 0 }),
  factor: number({ default: 3, min: 2, integer: true }),
} satisfies FieldsOf<HyperbandOptions>;

/** A share of the trials that is halved from a rung on. */
export interface Bracket {
  /** The step of its first rung. */
  readonly first: number;
  /** How many trials of a round are of it. */
  readonly trials: number;
}

/**
 * Hyperband (Li, Jamieson, DeSalvo, Rostamizadeh and Talwalkar 2018) by asynchronous successive halving: the trials are divided
 * among brackets whose first rungs are `first`, `factor` times that, and so on up to `last`, so that trials which are slow to
 * show what they are worth have a chance. Those of a bracket are judged among themselves; a bracket that begins early gets more
 * trials, so that all cost about the same. The bracket is a function of the trial's number, by turns; samplers learn from all
 * brackets together.
 *
 * @throws ImagoError on unknown options, on numbers out of their range, and on a `last` below `first`
 */
export function hyperband(options: HyperbandOptions = {}): Pruner {
  const settings = readOptions("hyperband", options, fields);
  const brackets = bracketsOf(settings);
  const round = roundOf(brackets.map(({ trials }) => trials));
  const bracketOf = (trial: number): number => round[trial % round.length]!;
  const pruners = brackets.map(({ first }) => halving({ first, factor: settings.factor }));
  return {
    name: "hyperband",
    config: { ...settings },
    shouldPrune: ({ trial, others }) => {
      // A trial that has come to the end is complete.
      if ((trial.reports.at(-1)?.[0] ?? 0) >= settings.last) return false;
      const bracket = bracketOf(trial.number);
      const own = others.filter(({ number: other }) => bracketOf(other) === bracket);
      return pruners[bracket]!.shouldPrune({ trial, others: own });
    },
  };
}

/**
 * The brackets, the one that begins first in front, with the trials that the paper's Algorithm 1 gives to each:
 * ⌈B·factor^s / (s + 1)⌉ of B brackets, where s rungs are left behind the first.
 */
export function bracketsOf({
  first,
  last,
  factor,
}: Required<{ [K in keyof HyperbandOptions]: number }>): Bracket[] {
  if (last < first) {
    throw new ImagoError(`hyperband: last must be ${first}, which is first, or more, received ${last}.`);
  }
  // By products: the quotient of two logarithms falls short of whole numbers, log 243 / log 3 is 4.999….
  const rungs: number[] = [];
  for (let rung = first; rung <= last; rung *= factor) rungs.push(rung);
  return rungs.map((rung, place) => {
    const left = rungs.length - 1 - place;
    return { first: rung, trials: Math.ceil((rungs.length * factor ** left) / (left + 1)) };
  });
}

/**
 * The order of a round in which each comes as often as it should, spread over it: next is always the one that is furthest
 * behind its share.
 */
export function roundOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const had = counts.map(() => 0);
  return Array.from({ length: total }, (_, place) => {
    const behind = counts.map((count, i) => (count * (place + 1)) / total - had[i]!);
    const next = behind.indexOf(Math.max(...behind));
    had[next]!++;
    return next;
  });
}
