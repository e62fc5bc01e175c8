import { ImagoError, nearest, shown } from "../../../engine/errors.js";
import type { CategoryDimension, Dimension, Level, Point } from "./dimensions.js";
import { onGrid } from "./onGrid.js";
import type { Parameter } from "./parameters.js";

/** What a trial gets of a point: values by name, branches as `{ choice: NAME, … }`. */
export function paramsOf(level: Level, point: Point): Record<string, unknown> {
  const entries = Object.entries(level.space).map(([name, parameter], place) => {
    const dimension = level.dimensions[place] as Dimension;
    const value = point.get(dimension.path) as number;
    if (parameter.type === "values") return [name, parameter.values[value]] as const;
    if (parameter.type !== "branches") return [name, value] as const;
    const branch = (dimension as CategoryDimension).branches?.[value] as Level;
    const choice = Object.keys(parameter.branches)[value] as string;
    return [name, { choice, ...paramsOf(branch, point) }] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * The other way round: a point from what somebody gives for a trial.
 *
 * @throws ImagoError on parameters that are missing, unknown or out of their range, naming them
 */
export function pointOf(level: Level, params: unknown): Point {
  const point = new Map<string, number>();
  readLevel(level, params, point);
  return point;
}

function readLevel(level: Level, params: unknown, point: Map<string, number>): void {
  if (typeof params !== "object" || params === null) {
    throw new ImagoError(`params${at(level.path)}: expected a record, received ${shown(params)}.`);
  }
  const given = params as Readonly<Record<string, unknown>>;
  const names = Object.keys(level.space);
  const strange = Object.keys(given).find(
    (name) => !names.includes(name) && !(name === "choice" && level.path !== ""),
  );
  if (strange !== undefined) {
    const meant = nearest(strange, names);
    throw new ImagoError(`params${at(level.path)}: there is no parameter "${strange}".`, {
      help: meant === undefined ? `There are: ${names.join(", ")}.` : `Did you mean "${meant}"?`,
    });
  }
  Object.entries(level.space).forEach(([name, parameter], place) => {
    readParameter(level.dimensions[place] as Dimension, parameter, given[name], point);
  });
}

const at = (path: string): string => (path === "" ? "" : `.${path}`);

function readParameter(
  dimension: Dimension,
  parameter: Parameter,
  given: unknown,
  point: Map<string, number>,
): void {
  const { path } = dimension;
  if (parameter.type === "branches") {
    const { place, inner } = branchOf(path, Object.keys(parameter.branches), given);
    point.set(path, place);
    readLevel((dimension as CategoryDimension).branches?.[place] as Level, inner, point);
  } else if (parameter.type === "values") {
    const place = parameter.values.findIndex((value) => Object.is(value, given));
    if (place < 0) throw refusal(path, `one of ${parameter.values.map(shown).join(", ")}`, given);
    point.set(path, place);
  } else {
    point.set(path, numberOf(path, parameter, given));
  }
}

function refusal(path: string, expected: string, given: unknown): ImagoError {
  return new ImagoError(`params.${path}: expected ${expected}, received ${shown(given)}.`);
}

/** A branch by its name, or with what is in it. */
function branchOf(
  path: string,
  names: readonly string[],
  given: unknown,
): { readonly place: number; readonly inner: unknown } {
  const isRecord = typeof given === "object" && given !== null && "choice" in given;
  const place = names.indexOf(String(isRecord ? given.choice : given));
  if (place < 0) throw refusal(path, `{ choice } of ${names.join(", ")}`, given);
  return { place, inner: isRecord ? given : {} };
}

type NumberParameter = Exclude<Parameter, { readonly type: "values" | "branches" }>;

/** How far beside a value of a grid is still that value, in steps. */
const tolerance = 1e-9;

/** A value of a parameter, checked; of a grid the grid's own number. @throws ImagoError where it is out of its range */
export function numberOf(path: string, parameter: NumberParameter, given: unknown): number {
  if (typeof given !== "number" || !Number.isFinite(given)) throw refusal(path, "a finite number", given);
  if (parameter.type === "normal") {
    if (parameter.log && given <= 0) throw refusal(path, "a number above 0", given);
    return given;
  }
  const { low, high, step } = parameter;
  const value = step === undefined ? given : onGrid({ low, high, step }, given);
  const off = step === undefined ? 0 : Math.abs(given - value) / step;
  // Far from 0 numbers themselves are not as fine.
  const slack = step === undefined ? 0 : Math.max(tolerance, (2 * Number.EPSILON * Math.abs(given)) / step);
  if (value >= low && value <= high && off <= slack) return value;
  const grid = step === undefined ? "" : ` in steps of ${step}`;
  throw refusal(path, `a number from ${low} to ${high}${grid}`, given);
}
