import { ImagoError } from "../../../engine/errors.js";
import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { matMul } from "../../../engine/ops/matMul.js";
import { sub } from "../../../engine/ops/sub.js";
import { list, oneOf, readOptions, text } from "../../../engine/options.js";
import { checkRows } from "../checkData.js";
import { constantOf } from "../constantOf.js";
import type { Fitted } from "../learner.js";
import { emitLinked, type Link, linked, links } from "../links.js";
import type { Matrix } from "../matrix.js";
import { learntNumbers } from "../savedNumbers.js";
import type { Scaling } from "../standardize.js";

/** link((x − centres) · coefficients + intercepts). */
export interface LinearState {
  readonly kind: "linear";
  readonly learner: string;
  readonly link: Link;
  /** One list of [columns] for each output, on the columns as they are. */
  readonly coefficients: readonly (readonly number[])[];
  /** [outputs] */
  readonly intercepts: readonly number[];
  /** [columns]; taken off first, so that large means cost no digits in float32. */
  readonly centres: readonly number[];
  readonly [key: string]: string | readonly number[] | readonly (readonly number[])[];
}

/** One linear output on standardised columns. */
export interface LinearOutput {
  readonly intercept: number;
  /** [columns] */
  readonly coefficients: ArrayLike<number>;
}

/** A linear state from coefficients of standardised columns: the scale is folded into them. */
export function linearState(
  learner: string,
  link: Link,
  outputs: readonly LinearOutput[],
  { means, deviations }: Scaling,
): LinearState {
  return {
    kind: "linear",
    learner,
    link,
    coefficients: outputs.map(({ coefficients }) =>
      Array.from(coefficients, (one, j) => one / deviations[j]!),
    ),
    intercepts: outputs.map(({ intercept }) => intercept),
    centres: [...means],
  };
}

/** What was learnt by any linear model. */
export function linearFitted(state: LinearState): Fitted {
  const { learner, centres } = state;
  return {
    state,
    predict: (x) => {
      checkRows(learner, x, centres.length);
      return linked(state.link, linearOutputs(state, x), state.intercepts.length);
    },
    emit: (x) => emitLinear(state, x),
  };
}

/** [rows, outputs], row-major. */
function linearOutputs({ coefficients, intercepts, centres }: LinearState, x: Matrix): Float64Array {
  const outputs = intercepts.length;
  const result = new Float64Array(x.rows * outputs);
  const data = x.data;
  for (let i = 0; i < x.rows; i++) {
    for (let k = 0; k < outputs; k++) {
      const row = coefficients[k]!;
      let sum = intercepts[k]!;
      for (let j = 0; j < x.columns; j++) sum += (data[i * x.columns + j]! - centres[j]!) * row[j]!;
      result[i * outputs + k] = sum;
    }
  }
  return result;
}

function emitLinear({ link, coefficients, intercepts, centres }: LinearState, x: Value): Value {
  const outputs = intercepts.length;
  const flat = centres.flatMap((_, j) => coefficients.map((row) => row[j]!));
  // What rounding takes off a centre goes to the intercepts.
  const taken = centres.map((one) => (x.dtype === "float32" ? Math.fround(one) : one));
  const moved = intercepts.map((own, k) =>
    taken.reduce((sum, one, j) => sum + (one - centres[j]!) * coefficients[k]![j]!, own),
  );
  const centred = taken.every((one) => one === 0) ? x : sub(x, constantOf(x, [centres.length], taken));
  const product = matMul(centred, constantOf(x, [centres.length, outputs], flat));
  const y = add(product, constantOf(x, [outputs], moved));
  return emitLinked(link, y);
}

const fields = {
  kind: text(),
  learner: text(),
  link: oneOf(links),
  coefficients: list(learntNumbers, "arrays of numbers"),
  intercepts: learntNumbers,
  centres: learntNumbers,
};

/** @throws {ImagoError} if the state's parts do not fit each other */
export function restoreLinear(state: LinearState): Fitted {
  const { coefficients, intercepts, centres } = readOptions("linear", state, fields);
  const fits =
    coefficients.length === intercepts.length && coefficients.every((row) => row.length === centres.length);
  if (!fits)
    throw new ImagoError("the saved linear model's coefficients, intercepts and centres do not fit.");
  return linearFitted(state);
}
