import { ImagoError, shown } from "../../../engine/errors.js";
import { type FieldsOf, flag, number, optional, readOptions } from "../../../engine/options.js";

/** A real number of an interval, both ends included. */
export interface FloatParameter {
  readonly type: "float";
  readonly low: number;
  readonly high: number;
  /** Whether equal ratios are equally likely. */
  readonly log: boolean;
  /** Distance of the values that there are, from `low` on; `undefined` for all. */
  readonly step: number | undefined;
}

/** A whole number of an interval, both ends included. */
export interface IntParameter {
  readonly type: "int";
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step: number;
}

/** A number that is likely to be near a mean; of `logNormal` its logarithm is. */
export interface NormalParameter {
  readonly type: "normal";
  readonly mean: number;
  readonly deviation: number;
  readonly log: boolean;
}

/** One of several values, which comes back as it is. */
export interface ValuesParameter<V = unknown> {
  readonly type: "values";
  readonly values: readonly V[];
}

/** One of several branches, each with a space of its own. */
export interface BranchesParameter<B extends Branches = Branches> {
  readonly type: "branches";
  readonly branches: B;
}

export type Branches = { readonly [name: string]: Space };

export type Parameter = FloatParameter | IntParameter | NormalParameter | ValuesParameter | BranchesParameter;

/** Parameters by name. */
export type Space = { readonly [name: string]: Parameter };

/** What a trial gets: a value for each parameter, branches as `{ choice: NAME, … }`. */
export type ParamsOf<S extends Space> = { -readonly [K in keyof S]: ValueOf<S[K]> };

export type ValueOf<P extends Parameter> =
  P extends ValuesParameter<infer V>
    ? V
    : P extends BranchesParameter<infer B>
      ? { [N in keyof B & string]: { choice: N } & ParamsOf<B[N]> }[keyof B & string]
      : number;

export interface FloatOptions {
  /** Whether equal ratios are equally likely, as for rates and penalties. Default: false. */
  readonly log?: boolean | undefined;
  /** Distance of the values, from `low` on. Default: none, every number. */
  readonly step?: number | undefined;
}

export interface IntOptions {
  /** Whether equal ratios are equally likely, as for widths. Default: false. */
  readonly log?: boolean | undefined;
  /** Default: 1. */
  readonly step?: number | undefined;
}

const floatFields = {
  log: flag(false),
  step: optional(number({ above: 0, max: Number.MAX_VALUE })),
} satisfies FieldsOf<FloatOptions>;

const intFields = {
  log: flag(false),
  step: number({ default: 1, min: 1, integer: true }),
} satisfies FieldsOf<IntOptions>;

/**
 * A real number from `low` to `high`, both included.
 *
 * @throws ImagoError on bounds that are not finite, not rising or too far apart for a number, a logarithm of what is not above 0, a
 *   step with `log`, and a step that does not end at `high`
 */
export function float(low: number, high: number, options: FloatOptions = {}): FloatParameter {
  const { log, step } = readOptions("float", options, floatFields);
  checkBounds("float", low, high, log);
  if (step !== undefined && log) {
    throw new ImagoError("float: a step and log cannot go together; of whole numbers take int with log.");
  }
  checkStep("float", low, high, step);
  return { type: "float", low, high, log, step };
}

/**
 * A whole number from `low` to `high`, both included.
 *
 * @throws ImagoError as `float`, and on bounds that are not whole
 */
export function int(low: number, high: number, options: IntOptions = {}): IntParameter {
  const { log, step } = readOptions("int", options, intFields);
  checkBounds("int", low, high, log);
  for (const bound of [low, high]) {
    if (!Number.isSafeInteger(bound)) {
      throw new ImagoError(`int: bounds must be whole numbers up to 2⁵³ − 1, received ${bound}.`);
    }
  }
  if (log && step !== 1) throw new ImagoError("int: a step other than 1 and log cannot go together.");
  checkStep("int", low, high, step);
  return { type: "int", low, high, log, step };
}

/** A number near `mean`: normally distributed. @throws ImagoError on what is not finite, a deviation not above 0, and one so large that values would be infinite */
export function normal(mean: number, deviation: number): NormalParameter {
  return normalOf("normal", mean, deviation, false);
}

/**
 * A number above 0 whose logarithm is normally distributed, around `mean` with `deviation`, both of the logarithm.
 *
 * @throws ImagoError as `normal`, and where values would be 0
 */
export function logNormal(mean: number, deviation: number): NormalParameter {
  return normalOf("logNormal", mean, deviation, true);
}

function normalOf(where: string, mean: number, deviation: number, log: boolean): NormalParameter {
  if (!Number.isFinite(mean) || !(deviation > 0 && Number.isFinite(deviation))) {
    throw new ImagoError(
      `${where}: expected a finite mean and a finite deviation above 0, received ${mean} and ${deviation}.`,
    );
  }
  const [low, high] = [mean - farthest * deviation, mean + farthest * deviation];
  const [least, most] = log ? [Math.exp(low), Math.exp(high)] : [low, high];
  if (!Number.isFinite(most) || !Number.isFinite(least) || (log && least === 0)) {
    const beyond = Number.isFinite(most) && Number.isFinite(least) ? "are 0" : "are not finite";
    throw new ImagoError(
      `${where}: with a mean of ${mean} and a deviation of ${deviation}, values ${farthest} deviations away ${beyond}.`,
      { help: log ? "Mean and deviation are of the logarithm; take smaller ones." : "Take smaller ones." },
    );
  }
  return { type: "normal", mean, deviation, log };
}

/** Nothing is drawn that is so many deviations from the mean. */
const farthest = 8;

/** One of several values: the value itself comes back. */
export function choice<const V extends readonly unknown[]>(values: V): ValuesParameter<V[number]>;
/** One of several branches, each with a space of its own, which may be empty. */
export function choice<const B extends Branches>(branches: B): BranchesParameter<B>;
export function choice(of: readonly unknown[] | Branches): ValuesParameter | BranchesParameter {
  if (Array.isArray(of)) {
    if (of.length === 0) throw new ImagoError("choice: there are no values to choose among.");
    return { type: "values", values: [...of] };
  }
  if (typeof of !== "object" || of === null || Object.keys(of).length === 0) {
    throw new ImagoError(
      `choice: expected an array of values or a record of branches, received ${shown(of)}.`,
    );
  }
  return { type: "branches", branches: of as Branches };
}

function checkBounds(where: string, low: number, high: number, log: boolean): void {
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) {
    throw new ImagoError(
      `${where}: expected finite bounds, the lower one first, received ${low} and ${high}.`,
    );
  }
  if (!Number.isFinite(high - low)) {
    throw new ImagoError(
      `${where}: ${low} and ${high} are further apart than the largest number, ${Number.MAX_VALUE}.`,
      { help: "Take bounds that are closer." },
    );
  }
  if (log && low <= 0) {
    throw new ImagoError(`${where}: with log the lower bound must be above 0, received ${low}.`, {
      help: "Use a small positive one.",
    });
  }
}

function checkStep(where: string, low: number, high: number, step: number | undefined): void {
  if (step === undefined) return;
  // Half a step beyond both ends is rounded to them.
  if (!Number.isFinite(low - step / 2) || !Number.isFinite(high + step / 2)) {
    throw new ImagoError(`${where}: half a step of ${step} beyond ${low} or ${high} is no finite number.`);
  }
  const count = (high - low) / step;
  if (Math.abs(count - Math.round(count)) <= 1e-9 * Math.max(1, count)) return;
  const [below, above] = [low + Math.floor(count) * step, low + Math.ceil(count) * step];
  throw new ImagoError(
    `${where}: steps of ${step} from ${low} do not end at ${high}, but at ${below} or ${above}.`,
  );
}
