import { ImagoError } from "../../../engine/errors.js";
import {
  accepting,
  byName,
  type FieldsOf,
  flag,
  list,
  number,
  oneOf,
  optional,
  readOptions,
  record,
  text,
} from "../../../engine/options.js";
import { weightMethods } from "../weights/methods.js";
import type { HonestRisk } from "./honestLosses.js";
import type { LearntFacts } from "./learntFacts.js";
import type { NestedRisk } from "./nested.js";

const count = number({ min: 0, integer: true });
/** Also one that is not finite, as the risk of a learner that failed. */
const figure = accepting("a number", (value): value is number => typeof value === "number");
const figures = list(figure, "an array of numbers");
const failure = { name: text(), fold: optional(count), reason: text() };

const honestFields = {
  losses: byName(
    list(
      record({
        ...{ name: text(), risk: figure, standardError: figure, difference: figure, differenceError: figure },
      } satisfies FieldsOf<HonestRisk>),
      "an array of risks",
    ),
    "risks by loss",
  ),
  weights: list(figures, "arrays of numbers"),
  folds: count,
  failures: list(record({ ...failure, outerFold: count }), "an array of failures"),
} satisfies FieldsOf<NestedRisk>;

const fields = {
  names: list(text(), "an array of names"),
  method: oneOf(weightMethods),
  loss: text(),
  classes: optional(number({ min: 1, integer: true })),
  columns: count,
  rows: count,
  weights: list(number({ min: 0 }), "an array of numbers from 0"),
  ...{ risks: figures, standardErrors: figures, milliseconds: figures },
  discrete: count,
  gap: figure,
  fellBack: flag(false),
  failures: list(record(failure), "an array of failures"),
  screenings: list(record(failure), "an array of failures"),
  honest: optional(record(honestFields)),
  honestFailure: optional(text()),
} satisfies FieldsOf<LearntFacts>;

/**
 * Checks what a super learner is said to have found out, which may come from a file.
 *
 * @throws ImagoError naming the part: `restoreSuperLearner: facts: weights[0] must be a number from 0, received "a".`
 */
export function checkFacts(facts: unknown): asserts facts is LearntFacts {
  const where = "restoreSuperLearner: facts";
  const { names, discrete, ...read } = readOptions(where, facts, fields);
  const { weights, risks, standardErrors, milliseconds } = read;
  const uneven = Object.entries({ weights, risks, standardErrors, milliseconds }).find(
    ([, values]) => values.length !== names.length,
  );
  if (uneven !== undefined) {
    throw new ImagoError(`${where}: ${names.length} names, and ${uneven[1].length} ${uneven[0]}.`);
  }
  if (new Set(names).size < names.length) throw new ImagoError(`${where}: a name stands there twice.`);
  if (discrete >= names.length) throw new ImagoError(`${where}: discrete is ${discrete} of ${names.length}.`);
}
