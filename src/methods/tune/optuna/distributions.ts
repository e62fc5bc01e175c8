import { ImagoError, messageOf, shown } from "../../../engine/errors.js";
import type { Described } from "../space/describeSpace.js";
import { parsePythonJson } from "./pythonJson.js";

type Range = Extract<Described, { readonly type: "float" | "int" }>;

/** A distribution of Optuna's, of this version or an older one, as a parameter. @throws ImagoError where it is none */
export function parameterOf(distribution: string): Described {
  const { name, attributes } = read(distribution);
  const unknown = new ImagoError(`${shown(distribution)} is no distribution that is known.`);
  if (name === "CategoricalDistribution") {
    if (!Array.isArray(attributes.choices) || attributes.choices.length === 0) throw unknown;
    return { type: "values", values: attributes.choices };
  }
  const { low, high } = attributes;
  if (!isNumber(low) || !isNumber(high) || low > high) throw unknown;
  const step = typeof attributes.step === "number" ? attributes.step : null;
  const range = { low, high, log: attributes.log === true };
  switch (name) {
    case "FloatDistribution":
      return { type: "float", ...range, step };
    case "IntDistribution":
      return { type: "int", ...range, step: step ?? 1 };
    case "UniformDistribution":
      return { type: "float", ...range, step: null };
    case "LogUniformDistribution":
      return { type: "float", low, high, log: true, step: null };
    case "DiscreteUniformDistribution":
      return { type: "float", ...range, step: isNumber(attributes.q) ? attributes.q : null };
    case "IntUniformDistribution":
      return { type: "int", ...range, step: step ?? 1 };
    case "IntLogUniformDistribution":
      return { type: "int", low, high, log: true, step: 1 };
  }
  throw unknown;
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

function read(text: string): {
  readonly name: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
} {
  try {
    const { name, attributes } = Object(parsePythonJson(text, "it"));
    return { name, attributes: { ...attributes } };
  } catch (cause) {
    throw new ImagoError(`${shown(text)} is no distribution: ${messageOf(cause)}`, { cause });
  }
}

/**
 * A parameter that holds all that two do: trials may ask for one with other bounds than before.
 *
 * @returns `undefined` where they are of different kinds
 */
export function joined(a: Described, b: Described): Described | undefined {
  if (JSON.stringify(a) === JSON.stringify(b)) return a;
  if (!isRange(a) || !isRange(b) || a.type !== b.type) return undefined;
  const [low, high] = [Math.min(a.low, b.low), Math.max(a.high, b.high)];
  const log = a.log && b.log;
  const isOneGrid = a.step === b.step && a.step !== null && isWhole((a.low - b.low) / a.step);
  return { type: a.type, low, high, log, step: isOneGrid ? a.step : a.type === "int" ? 1 : null };
}

const isRange = (one: Described): one is Range => one.type === "float" || one.type === "int";
const isWhole = (value: number): boolean => Math.abs(value - Math.round(value)) <= 1e-9;
