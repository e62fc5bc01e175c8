import { ImagoError, shown } from "../../../engine/errors.js";
import { parameterOf } from "./distributions.js";

/** What Optuna calls the states of a trial. */
export type OptunaState = "RUNNING" | "COMPLETE" | "PRUNED" | "FAIL" | "WAITING";

/** By the numbers that stand for them. */
export const optunaStates: readonly OptunaState[] = ["RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING"];

/** A parameter of a trial. */
export interface OptunaParam {
  /** A number itself; of a category its place. */
  readonly value: number;
  /** As Optuna writes it, JSON. */
  readonly distribution: string;
}

/** A trial as Optuna keeps it, whether in a journal or in a database. */
export interface OptunaTrial {
  readonly number: number;
  state: OptunaState;
  readonly params: Map<string, OptunaParam>;
  values: readonly number[] | undefined;
  readonly reports: Map<number, number>;
  /** Milliseconds since 1970. */
  began: number | undefined;
  ended: number | undefined;
  /** What was asked for, of one that waits. */
  fixed: Readonly<Record<string, unknown>> | undefined;
}

export interface OptunaStudy {
  readonly name: string;
  readonly directions: readonly ("minimize" | "maximize")[];
  readonly trials: OptunaTrial[];
}

/** A parameter as it was read. @throws ImagoError on what is no number, and on a distribution that is not known */
export function paramOf(value: unknown, distribution: unknown): OptunaParam {
  if (typeof value !== "number") {
    throw new ImagoError(`expected a parameter's value, a number, received ${shown(value)}`);
  }
  const text = String(distribution);
  parameterOf(text);
  return { value, distribution: text };
}

export function newTrial(number: number, state: OptunaState): OptunaTrial {
  return {
    ...{ number, state, params: new Map(), values: undefined, reports: new Map() },
    ...{ began: undefined, ended: undefined, fixed: undefined },
  };
}

/** A moment as Python writes it; one without a zone is taken for Greenwich's. */
export function momentOf(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  const whole = text.replace(" ", "T");
  const time = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(whole) ? whole : `${whole}Z`);
  return Number.isNaN(time) ? undefined : time;
}
