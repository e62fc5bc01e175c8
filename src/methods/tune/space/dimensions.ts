import { ImagoError, shown } from "../../../engine/errors.js";
import { normalCdf, normalQuantile } from "../../numerics/normal.js";
import { onGrid } from "./onGrid.js";
import type { Branches, Parameter, Space } from "./parameters.js";

/** A number as samplers see it: a coordinate of an interval in which all places are equally likely before anything is known. */
export interface NumberDimension {
  readonly kind: "number";
  /** Names on the way to it, `head.hidden`. */
  readonly path: string;
  readonly low: number;
  readonly high: number;
  /** How many values there are; `undefined` for a continuum. */
  readonly count: number | undefined;
  /** The value at a coordinate, rounded to those that there are. */
  value(coordinate: number): number;
  /** A coordinate of a value. */
  coordinate(value: number): number;
  /** Of a value among finitely many: the coordinates that are rounded to it. */
  cell(value: number): readonly [from: number, to: number];
}

/** One of several things without an order. */
export interface CategoryDimension {
  readonly kind: "category";
  readonly path: string;
  readonly count: number;
  /** What comes behind each, where these are branches. */
  readonly branches: readonly Level[] | undefined;
}

export type Dimension = NumberDimension | CategoryDimension;

/** The parameters that are active together: those of a space, without what is in its branches. */
export interface Level {
  /** The way to it; empty for the whole space. */
  readonly path: string;
  readonly space: Space;
  readonly dimensions: readonly Dimension[];
}

/** The values of the active parameters by path: numbers as they are, of categories their place. */
export type Point = ReadonlyMap<string, number>;

/**
 * A space as samplers see it.
 *
 * @throws ImagoError on what is no parameter, naming it, and on names that a path cannot have
 */
export function levelOf(space: Space, path = ""): Level {
  const dimensions = Object.entries(space).map(([name, parameter]) => {
    const own = path === "" ? name : `${path}.${name}`;
    if (name === "" || name === "choice" || name.includes(".")) {
      throw new ImagoError(`space: "${own}": a parameter's name is not empty, not "choice", and has no ".".`);
    }
    return dimensionOf(own, parameter);
  });
  return { path, space, dimensions };
}

function dimensionOf(path: string, parameter: Parameter): Dimension {
  switch (parameter?.type) {
    case "float":
    case "int":
      return bounded(path, parameter);
    case "normal":
      return bell(path, parameter);
    case "values":
      return { kind: "category", path, count: parameter.values.length, branches: undefined };
    case "branches":
      return branching(path, parameter.branches);
    default:
      throw new ImagoError(
        `space: "${path}" must be made by float, int, choice, normal or logNormal, received ${shown(parameter)}.`,
      );
  }
}

function branching(path: string, branches: Branches): CategoryDimension {
  const levels = Object.entries(branches).map(([name, space]) => {
    if (typeof space !== "object" || space === null || Array.isArray(space)) {
      throw new ImagoError(
        `space: "${path}.${name}" must be a space, which may be {}, received ${shown(space)}.`,
      );
    }
    return levelOf(space, `${path}.${name}`);
  });
  return { kind: "category", path, count: levels.length, branches: levels };
}

function bounded(
  path: string,
  { low, high, log, step }: Extract<Parameter, { readonly type: "float" | "int" }>,
): NumberDimension {
  const half = (step ?? 0) / 2;
  const to = log ? Math.log : (value: number): number => value;
  const from = log ? Math.exp : (coordinate: number): number => coordinate;
  const rounded = (value: number): number =>
    step === undefined ? Math.min(high, Math.max(low, value)) : onGrid({ low, high, step }, value);
  return {
    kind: "number",
    path,
    low: to(low - half),
    high: to(high + half),
    count: step === undefined ? (low === high ? 1 : undefined) : Math.round((high - low) / step) + 1,
    value: (coordinate) => rounded(from(coordinate)),
    coordinate: to,
    cell: (value) => [to(value - half), to(value + half)],
  };
}

/** By its quantiles, so that every sampler sees an interval. */
function bell(
  path: string,
  { mean, deviation, log }: Extract<Parameter, { readonly type: "normal" }>,
): NumberDimension {
  return {
    kind: "number",
    path,
    low: 0,
    high: 1,
    count: undefined,
    value: (coordinate) => {
      const kept = Math.min(1 - 2 ** -40, Math.max(2 ** -40, coordinate));
      const value = mean + deviation * normalQuantile(kept);
      return log ? Math.exp(value) : value;
    },
    coordinate: (value) => normalCdf(((log ? Math.log(value) : value) - mean) / deviation),
    cell: (value) => [value, value],
  };
}
