import { ImagoError, messageOf, shown } from "../../engine/errors.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { Tensor, type TensorLike, tensor } from "../../engine/tensor/tensor.js";
import { pickRows } from "./rows.js";

/**
 * Predictions on rows that the learners had not seen: by learner `[rows]` (numbers, or probabilities of class 1) or
 * `[rows, classes]`; or all in one, `[rows, learners]` or `[rows, learners, classes]`. NaN says that a learner failed.
 */
export type NamedPredictions = readonly (readonly [name: string, predictions: TensorLike])[];
export type HeldOutPredictions = TensorLike | Readonly<Record<string, TensorLike>>;

/** What is to be predicted, and by whom it was. */
export interface HeldOut {
  /** Learners' names; numbers where they have none. */
  readonly names: readonly string[];
  /** `regression` and `binary` have one column a learner, `classes` several. */
  readonly task: "regression" | "binary" | "classes";
  readonly rows: number;
  /** Columns of each learner's predictions; 1 for one number a row. */
  readonly classes: number;
  /** For each learner `rows × classes`, row by row. */
  readonly columns: readonly Float64Array[];
  /** `rows × classes` in the same form: numbers, labels 0 and 1, or vectors with a 1 at the class. */
  readonly targets: Float64Array;
  /** Of the rows, 1 where none were given. Never normalised. */
  readonly weights: Float64Array;
  /** Learners whose predictions are not all finite. */
  readonly failed: readonly number[];
  /** Which cluster each row is in, by any numbers. Default: each row by itself. */
  readonly clusters?: Int32Array | undefined;
  /** Which fold each row was predicted in, where areas under the curve are to be taken within folds. */
  readonly folds?: Int32Array | undefined;
}

const where = "superLearnerWeights";

/** What is known of the rows besides. */
export interface HeldOutFacts {
  /** `[rows]`: rows of one id are one cluster. Default: each row by itself. */
  readonly ids?: ArrayLike<number | string> | undefined;
  /** Numbers of the rows that count, where some have no predictions. Default: all. */
  readonly rows?: ArrayLike<number> | undefined;
}

/**
 * Predictions, targets and weights of rows, checked and in one form. Two columns of probabilities count as one, that of
 * class 1, so that both forms of a binary outcome give the same.
 *
 * @param binary whether the targets are to be labels: 0 and 1, or fractions between
 * @throws ImagoError where shapes do not fit, on NaN in `y`, labels that are no classes, and weights below 0
 */
export function heldOutOf(
  z: HeldOutPredictions,
  y: TensorLike,
  observationWeights: TensorLike | undefined,
  binary: boolean,
  { ids, rows: wanted }: HeldOutFacts = {},
): HeldOut {
  return heldOutOfColumns(learnersOf(z), y, observationWeights, binary, { ids, rows: wanted });
}

/** The same of learners in their order, which a record would not keep for names that are whole numbers. */
export function heldOutOfNamed(
  z: NamedPredictions,
  y: TensorLike,
  observationWeights: TensorLike | undefined,
  binary: boolean,
  facts: HeldOutFacts = {},
): HeldOut {
  return heldOutOfColumns(namedColumns(z), y, observationWeights, binary, facts);
}

function heldOutOfColumns(
  learners: readonly NamedColumns[],
  y: TensorLike,
  observationWeights: TensorLike | undefined,
  binary: boolean,
  { ids, rows: wanted }: HeldOutFacts,
): HeldOut {
  const [first] = learners as [NamedColumns];
  const { rows, classes: given } = first;
  const other = learners.find((one) => one.rows !== rows || one.classes !== given);
  if (other !== undefined) {
    throw new ImagoError(
      `${where}: z: "${other.name}" has [${other.rows}, ${other.classes}] predictions, "${first.name}" [${rows}, ${given}]; they must be as many.`,
    );
  }
  const labels = numbersOf("y", y);
  const targets = targetsOf(labels, rows, given, binary);
  const columns = learners.map(({ data }) => (given === 2 ? everySecond(data) : data));
  if (rows === 0) throw new ImagoError(`${where}: z has no rows.`);
  const all: HeldOut = {
    names: learners.map(({ name }) => name),
    task: given > 2 ? "classes" : given === 2 || binary ? "binary" : "regression",
    rows,
    classes: given === 2 ? 1 : given,
    columns,
    targets,
    weights: rowWeights(observationWeights, rows),
    failed: failedOf(columns),
    clusters: ids === undefined ? undefined : clusterNumbers(ids, rows),
  };
  return wanted === undefined ? all : selectHeldOut(all, checkedRows(wanted, rows));
}

function checkedRows(wanted: ArrayLike<number>, rows: number): Int32Array {
  return Int32Array.from(wanted, (row) => {
    if (Number.isInteger(row) && row >= 0 && row < rows) return row;
    throw new ImagoError(`${where}: rows holds ${row}; z has the rows 0 to ${rows - 1}.`);
  });
}

/** Some of the rows. */
export function selectHeldOut(held: HeldOut, rows: Int32Array): HeldOut {
  const { classes, clusters, folds } = held;
  const columns = held.columns.map((column) => pickRows(column, rows, classes));
  return {
    ...held,
    rows: rows.length,
    columns,
    targets: pickRows(held.targets, rows, classes),
    weights: pickRows(held.weights, rows),
    failed: failedOf(columns),
    clusters: clusters && rows.map((row) => clusters[row] as number),
    folds: folds && rows.map((row) => folds[row] as number),
  };
}

const failedOf = (columns: readonly Float64Array[]): number[] =>
  columns.flatMap((column, index) => (column.every(Number.isFinite) ? [] : [index]));

interface NamedColumns {
  readonly name: string;
  readonly rows: number;
  readonly classes: number;
  readonly data: Float64Array;
}

function learnersOf(z: HeldOutPredictions): NamedColumns[] {
  const isRecord =
    typeof z === "object" &&
    z !== null &&
    !(z instanceof Tensor) &&
    !Array.isArray(z) &&
    !ArrayBuffer.isView(z);
  if (!isRecord) return split(double("z", z as TensorLike));
  const entries = Object.entries(z as Readonly<Record<string, TensorLike>>);
  if (entries.length === 0) throw new ImagoError(`${where}: z has no learner.`);
  return namedColumns(entries);
}

function namedColumns(entries: NamedPredictions): NamedColumns[] {
  return entries.map(([name, given]) => {
    const { shape, data } = double(`z: "${name}"`, given);
    const [rows = 0, classes = 1] = shape;
    if (shape.length === 1 || shape.length === 2) return { name, rows, classes, data };
    throw new ImagoError(
      `${where}: z: "${name}": expected [rows] or [rows, classes], received ${formatShape(shape)}.`,
    );
  });
}

/** `[rows, learners]` or `[rows, learners, classes]` by learner. */
function split({ shape, data }: Tensor<"float64">): NamedColumns[] {
  const [rows = 0, learners = 0, classes = 1] = shape;
  if (shape.length < 2 || shape.length > 3 || learners === 0) {
    throw new ImagoError(
      `${where}: z: expected [rows, learners], [rows, learners, classes] or a record by learner, received ${formatShape(shape)}.`,
    );
  }
  return Array.from({ length: learners }, (_, learner) => {
    const own = new Float64Array(rows * classes);
    for (let row = 0; row < rows; row++) {
      const from = (row * learners + learner) * classes;
      own.set(data.subarray(from, from + classes), row * classes);
    }
    return { name: `${learner}`, rows, classes, data: own };
  });
}

function double(what: string, given: TensorLike): Tensor<"float64"> {
  try {
    if (given instanceof Tensor)
      return given.dtype === "float64" ? (given as Tensor<"float64">) : given.cast("float64");
    return tensor(given, { dtype: "float64" }) as Tensor<"float64">;
  } catch (cause) {
    const why = messageOf(cause);
    throw new ImagoError(`${where}: ${what}: ${why}`, { cause });
  }
}

function numbersOf(what: string, given: TensorLike): Float64Array {
  const { shape, data } = double(what, given);
  const flat = shape.length === 1 || (shape.length === 2 && shape[1] === 1);
  if (!flat) throw new ImagoError(`${where}: ${what}: expected [rows], received ${formatShape(shape)}.`);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return data;
  throw new ImagoError(`${where}: ${what}: row ${bad} is ${data[bad]}; expected finite numbers.`);
}

/** Ids as numbers, in the order in which they come. */
export function clusterNumbers(ids: ArrayLike<number | string>, rows: number): Int32Array {
  if (typeof ids !== "object" || ids === null || typeof ids.length !== "number") {
    throw new ImagoError(`${where}: ids must be an array with an id for each row, received ${shown(ids)}.`);
  }
  if (ids.length !== rows) {
    throw new ImagoError(`${where}: there are ${ids.length} ids for ${rows} rows; they must be as many.`);
  }
  const numbers = new Map<number | string, number>();
  return Int32Array.from({ length: rows }, (_, row) => {
    const id = ids[row] as number | string;
    if (!numbers.has(id)) numbers.set(id, numbers.size);
    return numbers.get(id) as number;
  });
}

/** The second of each pair: the probability of class 1. */
function everySecond(pairs: Float64Array): Float64Array {
  return Float64Array.from({ length: pairs.length / 2 }, (_, row) => pairs[2 * row + 1] as number);
}

function targetsOf(labels: Float64Array, rows: number, classes: number, binary: boolean): Float64Array {
  if (labels.length !== rows) {
    throw new ImagoError(`${where}: y has ${labels.length} rows, z ${rows}; they must be as many.`);
  }
  if (classes <= 2) {
    const bad = labels.findIndex((label) => label < 0 || label > 1);
    if ((binary || classes === 2) && bad >= 0) {
      throw new ImagoError(`${where}: y: row ${bad} is ${labels[bad]}; a binary outcome is from 0 to 1.`);
    }
    return labels;
  }
  const targets = new Float64Array(rows * classes);
  labels.forEach((label, row) => {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new ImagoError(`${where}: y: row ${row} is ${label}; expected a class from 0 to ${classes - 1}.`);
    }
    targets[row * classes + label] = 1;
  });
  return targets;
}

function rowWeights(given: TensorLike | undefined, rows: number): Float64Array {
  if (given === undefined) return new Float64Array(rows).fill(1);
  const weights = numbersOf("observationWeights", given);
  if (weights.length !== rows) {
    throw new ImagoError(
      `${where}: there are ${weights.length} observationWeights for ${rows} rows; they must be as many.`,
    );
  }
  const bad = weights.findIndex((weight) => weight < 0);
  if (bad >= 0)
    throw new ImagoError(`${where}: observationWeights: row ${bad} is ${weights[bad]}; expected 0 or more.`);
  if (weights.some((weight) => weight > 0)) return weights;
  throw new ImagoError(`${where}: observationWeights are 0 everywhere, so no row counts.`);
}
