import { type Field, flag, list, number, oneOf, optional, readOptions } from "../../../engine/options.js";
import { learntNumber, learntNumbers } from "../../../methods/learners/savedNumbers.js";
import type { ColumnPart } from "./columnPart.js";

const level = number({ min: 0, integer: true });
const levels = list(level, "numbers of levels");

/** How the parts of a design are read again, by their kinds. */
const forms: Readonly<Record<ColumnPart["kind"], Readonly<Record<string, Field<unknown>>>>> = {
  unused: {},
  raw: {},
  number: { fill: learntNumber, indicator: flag(false), log: flag(false) },
  category: { levels, rare: flag(false), missing: flag(false), shares: optional(learntNumbers) },
  code: { levels, count: level },
  index: { levels, count: level },
  moment: { hasTime: flag(false) },
  date: { first: learntNumber, fill: learntNumber, indicator: flag(false), hasTime: flag(false) },
};

const kindField = oneOf(Object.keys(forms) as ColumnPart["kind"][]);

/** @throws ImagoError on what is no part of a design, naming what it lacks */
export function readPart(where: string, saved: unknown): ColumnPart {
  const given: unknown = typeof saved === "object" && saved !== null ? Reflect.get(saved, "kind") : undefined;
  const kind = kindField.read(where, "kind", given);
  return readOptions(where, saved, { kind: kindField, ...forms[kind] }) as ColumnPart;
}
