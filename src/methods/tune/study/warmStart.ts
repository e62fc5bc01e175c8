import { ImagoError, messageOf } from "../../../engine/errors.js";
import { type FieldsOf, number, readOptions } from "../../../engine/options.js";
import type { Generator } from "../../../engine/random/generator.js";
import { drawOne } from "../samplers/random.js";
import { describeParameter } from "../space/describeSpace.js";
import type { CategoryDimension, Dimension, Level, Point } from "../space/dimensions.js";
import type { Parameter } from "../space/parameters.js";
import { numberOf } from "../space/params.js";
import { pointKey } from "../space/pointKey.js";
import type { StudyCore } from "./core.js";
import type { Direction } from "./options.js";
import type { TrialRecord } from "./record.js";

/** A study that was before: `openStudy` gives one, and `readStudy`. */
export interface EarlierStudy {
  readonly directions: readonly Direction[];
  readonly trials: readonly TrialRecord[];
  /** Of several directions the trials that count as the best. */
  readonly front: readonly TrialRecord[];
}

export interface WarmStartOptions {
  /** So many of the earlier study's best complete trials are taken. Default: 5. */
  readonly best?: number | undefined;
}

const fields = {
  best: number({ default: 5, min: 1, integer: true }),
} satisfies FieldsOf<WarmStartOptions>;

/** What became of the earlier study's trials. */
export interface WarmStart {
  /** Their numbers in the earlier study, the best first: those that will be tried before any others. */
  readonly taken: readonly number[];
  /** Those that are not, with the reason. */
  readonly left: readonly { readonly trial: number; readonly reason: string }[];
}

/**
 * Asks for the best trials of an earlier study to be tried first.
 *
 * @throws ImagoError on unknown options, and where there is no space that they could fit
 */
export async function warmStart(
  core: StudyCore,
  earlier: EarlierStudy,
  options: WarmStartOptions,
): Promise<WarmStart> {
  const where = "study: warmStart";
  const { best } = readOptions(where, options, fields);
  if (core.level.dimensions.length === 0) {
    throw new ImagoError(`${where}: the study knows no parameters yet, so nothing fits it.`, {
      help: "Open it with a space.",
    });
  }
  return core.transact(() => {
    const { trials, queue } = core.state;
    const known = new Set([...trials.map(({ point }) => point), ...queue].map(pointKey));
    const [taken, left]: [number[], { trial: number; reason: string }[]] = [[], []];
    const points: Point[] = [];
    for (const { number: trial, params } of bestOf(earlier).slice(0, best)) {
      try {
        const point = pointFrom(core, params, trial);
        if (known.has(pointKey(point))) throw new ImagoError("it is tried here already.");
        known.add(pointKey(point));
        points.push(point);
        taken.push(trial);
      } catch (error) {
        left.push({ trial, reason: messageOf(error) });
      }
    }
    const events = points.map((point) => ({ t: "enqueue", point: [...point] }) as const);
    return { events, result: { taken, left }, durable: true };
  });
}

function bestOf({ directions, trials, front }: EarlierStudy): readonly TrialRecord[] {
  if (directions.length > 1) return front;
  const sign = directions[0] === "maximize" ? -1 : 1;
  return trials
    .filter(({ state, value }) => state === "complete" && value !== undefined)
    .toSorted((a, b) => sign * ((a.value ?? 0) - (b.value ?? 0)) || a.number - b.number);
}

/** @throws ImagoError saying what does not fit */
function pointFrom(core: StudyCore, params: TrialRecord["params"], trial: number): Point {
  const point = new Map<string, number>();
  placeLevel(core.level, params, core.random.split("warm start").split(trial), point);
  const { constraint } = core.settings;
  if (constraint !== undefined && !constraint(core.paramsOf(point) as never)) {
    throw new ImagoError("the constraint does not let its parameters go together.");
  }
  return point;
}

function placeLevel(level: Level, given: unknown, random: Generator, point: Map<string, number>): void {
  const values = new Map(Object.entries(typeof given === "object" && given !== null ? given : {}));
  Object.entries(level.space).forEach(([name, parameter], at) => {
    const dimension = level.dimensions[at] as Dimension;
    const value = values.get(name);
    const place =
      value === undefined
        ? drawOne(dimension, random.split(dimension.path))
        : placeOf(dimension.path, parameter, value);
    point.set(dimension.path, place);
    const branch = (dimension as CategoryDimension).branches?.[place];
    if (branch !== undefined) placeLevel(branch, value, random, point);
  });
}

/** Of a number itself; of a category its place. @throws ImagoError where it has none here */
function placeOf(path: string, parameter: Parameter, value: unknown): number {
  if (parameter.type !== "values" && parameter.type !== "branches") return numberOf(path, parameter, value);
  const place =
    parameter.type === "branches"
      ? Object.keys(parameter.branches).indexOf(branchName(value))
      : placeAmong(parameter.values, value);
  if (place < 0) throw new ImagoError(`params.${path}: ${described(value)} is no choice here.`);
  return place;
}

const branchName = (value: unknown): string =>
  typeof value === "object" && value !== null && "choice" in value ? String(value.choice) : String(value);

/** The value itself, or one that is written down alike: a study that was read has no others. */
function placeAmong(values: readonly unknown[], value: unknown): number {
  const same = values.findIndex((one) => Object.is(one, value));
  return same >= 0 ? same : values.map(described).indexOf(described(value));
}

function described(value: unknown): string {
  const written = describeParameter({ type: "values", values: [value] });
  return JSON.stringify(written.type === "values" ? written.values[0] : undefined);
}
