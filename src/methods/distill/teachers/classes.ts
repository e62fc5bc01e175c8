import { ImagoError, nearest } from "../../../engine/errors.js";
import { Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import type { ClassNames } from "../options.js";

/** Names of classes as `distill` is given them. */
export interface ClassOptions {
  readonly classes?: ClassNames | undefined;
  readonly teacherClasses?: ClassNames | undefined;
  readonly classMap?: Readonly<Record<string, string>> | undefined;
}

function namesFor(given: ClassNames | undefined, output: string): readonly string[] | undefined {
  return Array.isArray(given)
    ? given
    : (given as Readonly<Record<string, readonly string[]>> | undefined)?.[output];
}

function checkDistinct(what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ImagoError(`distill: ${what}: "${twice}" is there twice.`);
}

/** Where the student's classes are among the teacher's. */
export interface ClassOrder {
  /** For each of the student's classes the teacher's column. */
  readonly columns: readonly number[];
  /** How many classes of the teacher were named. */
  readonly named: number;
}

/**
 * Where one output's classes are among the teacher's.
 *
 * @param classes how many the student has, where that is known
 * @returns `undefined` where no names were given: the order is the same
 * @throws when they are not as many as the student has, when only one side has names, when names differ and no `classMap` joins them, when one is there twice
 */
export function classOrder(
  options: ClassOptions,
  output: string,
  classes: number | null | undefined,
): ClassOrder | undefined {
  const own = namesFor(options.classes, output);
  const theirs = namesFor(options.teacherClasses, output);
  if (own === undefined && theirs === undefined) return undefined;
  if (own === undefined || theirs === undefined) {
    const [there, missing] =
      own === undefined ? ["teacherClasses", "classes"] : ["classes", "teacherClasses"];
    throw new ImagoError(
      `distill: ${there} names the classes of "${output}" and ${missing} does not; give both.`,
    );
  }
  if (typeof classes === "number" && own.length !== classes) {
    throw new ImagoError(
      `distill: classes has ${own.length} names for "${output}", and the student gives ${classes} classes.`,
      { help: "Name all of them, in the order of the student's output." },
    );
  }
  checkDistinct("classes", own);
  checkDistinct("teacherClasses", theirs);
  const { classMap } = options;
  const wanted = own.map((name) => classMap?.[name] ?? name);
  checkDistinct("classMap", wanted);
  const strange = Object.keys(classMap ?? {}).find((name) => !own.includes(name));
  if (strange !== undefined)
    throw new ImagoError(`distill: classMap: the student has no class "${strange}".`);
  const columns = wanted.map((name) => columnOf(name, theirs));
  if (classMap === undefined && own.length !== theirs.length) {
    const surplus = theirs.filter((name) => !own.includes(name));
    throw new ImagoError(
      `distill: the teacher has ${surplus.length} more classes than the student, "${surplus[0]}" for one.`,
      { help: "If only the student's classes are meant, give classMap: {}, which leaves the others out." },
    );
  }
  return { columns, named: theirs.length };
}

function columnOf(name: string, theirs: readonly string[]): number {
  const column = theirs.indexOf(name);
  if (column >= 0) return column;
  const meant = nearest(name, theirs);
  throw new ImagoError(`distill: the teacher has no class "${name}".`, {
    help:
      `${meant === undefined ? "" : `Did you mean "${meant}"? `}` +
      "If classes have other names there, say which: classMap: { student's name: teacher's name }.",
  });
}

/** A teacher's logits in the order of the student's classes: columns of the last axis, picked. */
export function pickColumns(tensor: Tensor, order: ClassOrder | undefined): Tensor {
  if (order === undefined) return tensor;
  const { columns } = order;
  const width = tensor.sizeAt(-1);
  const rows = tensor.size / width;
  const from = toNumbers(tensor);
  const picked = new Float32Array(rows * columns.length);
  for (let row = 0; row < rows; row++) {
    columns.forEach((column, k) => {
      picked[row * columns.length + k] = from[row * width + column] as number;
    });
  }
  return new Tensor("float32", [...tensor.shape.slice(0, -1), columns.length], picked);
}
