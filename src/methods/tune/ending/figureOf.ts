import { ImagoError } from "../../../engine/errors.js";
import { binomialInterval } from "../numerics/binomialInterval.js";
import { studentQuantile } from "../numerics/studentQuantile.js";
import { errorOf, meanOf } from "./spread.js";

/** What `measure` may give. */
export type Measured =
  | number
  | ArrayLike<number>
  | {
      readonly value: number;
      readonly standardError?: number | undefined;
      /** Of the standard error: one less than the parts that it was found from. Default: so many that it is known. */
      readonly degreesOfFreedom?: number | undefined;
    };

type Interval = readonly [low: number, high: number];

interface Figure {
  readonly value: number;
  readonly interval?: Interval | undefined;
}

const confidence = 0.95;

/** What was measured, and an interval of it where the spread is known. @throws ImagoError where it is no figure of so many rows */
export function figureOf(found: Measured | undefined, rows: number): Figure {
  const { value, interval } = read(found, rows);
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new ImagoError("study: finish: measure must give a finite number, or one for each row.");
  }
  // What JSON has not is not known either.
  return { value, interval: interval?.every(Number.isFinite) === true ? interval : undefined };
}

function read(found: Measured | undefined, rows: number): Figure {
  if (typeof found !== "object" || found === null) return { value: found ?? Number.NaN };
  if (!("value" in found)) return ofRows(Array.from(found), rows);
  const { value, standardError, degreesOfFreedom = Number.POSITIVE_INFINITY } = found;
  if (standardError === undefined) return { value };
  if (!(degreesOfFreedom > 0)) {
    throw new ImagoError(
      `study: finish: measure gave degreesOfFreedom ${degreesOfFreedom}; it must be a number above 0.`,
    );
  }
  return { value, interval: around(value, standardError, degreesOfFreedom) };
}

function ofRows(values: readonly number[], rows: number): Figure {
  if (values.length !== rows) {
    throw new ImagoError(
      `study: finish: measure gave ${values.length} numbers, and the test data have ${rows} rows.`,
      { help: "Give one number for each row, or one for all of them." },
    );
  }
  const value = meanOf(values);
  // One row says nothing of how much rows differ.
  if (rows < 2) return { value };
  const isShare = values.every((one) => one === 0 || one === 1);
  // The spread of what is right or wrong is known from the share alone, and is not 0 where all are right.
  if (isShare) return { value, interval: binomialInterval(values.filter(Boolean).length, rows, confidence) };
  return { value, interval: around(value, errorOf(values), rows - 1) };
}

function around(value: number, standardError: number, degreesOfFreedom: number): Interval {
  const half = studentQuantile((1 + confidence) / 2, degreesOfFreedom) * standardError;
  return [value - half, value + half];
}
