import { ImagoError, nearest } from "../../../engine/errors.js";
import { formatShape } from "../../../engine/tensor/shape.js";
import type { OpenShape } from "../../../nn/layers/base/symbolic.js";
import { Model } from "../../../nn/models/model.js";
import type { OnnxModel } from "../../../nn/models/onnxModel.js";
import { type TeacherInput, type TeacherNetwork, teacherInputs, teacherOutputs } from "./network.js";
import type { Pupil } from "./pupil.js";

/**
 * For each of a teacher's inputs its place among the student's: the only one, or that of its name.
 *
 * @throws when there is none, and when the student's is of another shape
 */
export function matchInputs(student: Pupil["inputs"], teacher: TeacherNetwork): readonly number[] {
  const wanted = teacherInputs(teacher);
  const names = student.map(({ name }) => name);
  const single = wanted.length === 1 && student.length === 1;
  return wanted.map((input) => {
    const place = single ? 0 : names.indexOf(input.name);
    const own = student[place];
    if (own !== undefined) {
      checkShape(teacher, input, own);
      return place;
    }
    throw new ImagoError(
      `distill: the teacher "${teacher.name}" has an input "${input.name}", which the student has not.`,
      {
        help: `The student's are: ${names.join(", ")}. A model around the teacher can give its inputs other names.`,
      },
    );
  });
}

/** Whether data of one shape may be of the other: sizes behind the batch, where both are known. */
function mayBe(a: OpenShape, b: OpenShape): boolean {
  const same = (size: number | null, axis: number): boolean =>
    axis === 0 || size === null || b[axis] === null || size === b[axis];
  return a.length === b.length && a.every(same);
}

/** A file's sizes need not hold: it is refused where it cannot be read at the student's. */
function checkShape(teacher: TeacherNetwork, input: TeacherInput, own: Pupil["inputs"][number]): void {
  const { shape } = own;
  if (shape === undefined || input.shape === undefined || mayBe(input.shape, shape)) return;
  if (!(teacher instanceof Model) && canRead(teacher, input.name, shape)) return;
  throw new ImagoError(
    `distill: the teacher "${teacher.name}" takes ${formatShape(input.shape)} for its input "${input.name}", and the ` +
      `student's "${own.name}" is ${formatShape(shape)}.`,
    { help: "Both must take the same data. A model around the teacher can make its input of the student's." },
  );
}

function canRead(file: OnnxModel, input: string, shape: OpenShape): boolean {
  if (shape.slice(1).includes(null)) return true;
  try {
    file.read({ inputShapes: { [input]: shape.map((size) => size ?? 1) } });
    return true;
  } catch (error) {
    if (error instanceof ImagoError) return false;
    throw error;
  }
}

/**
 * For each of the student's outputs the teacher's, by the given names, as the only one, or by equal names.
 *
 * @param map from the student's names; with it, outputs that the teacher lacks learn from labels alone
 */
export function matchOutputs(
  student: readonly string[],
  theirs: readonly string[],
  map: Readonly<Record<string, string>> | undefined,
): ReadonlyMap<string, string> {
  for (const [own, other] of Object.entries(map ?? {})) {
    if (!student.includes(own)) throw missing("student", own, student);
    if (!theirs.includes(other)) throw missing("teacher", other, theirs);
  }
  if (map === undefined && student.length === 1 && theirs.length === 1) {
    return new Map([[student[0] as string, theirs[0] as string]]);
  }
  const found = student.flatMap((own): [string, string][] => {
    const other = map?.[own] ?? own;
    if (theirs.includes(other)) return [[own, other]];
    if (map === undefined) throw missing("teacher", own, theirs);
    return [];
  });
  if (found.length === 0)
    throw new ImagoError("distill: outputs: no output of the student has one of the teacher.");
  return new Map(found);
}

function missing(who: string, name: string, names: readonly string[]): ImagoError {
  const meant = nearest(name, names);
  return new ImagoError(`distill: the ${who} has no output "${name}".`, {
    help:
      `${meant === undefined ? "" : `Did you mean "${meant}"? `}There are: ${names.join(", ")}. ` +
      "The option outputs says which belong together.",
  });
}

/** The outputs that all of several teachers have, in the first one's order. */
export function commonOutputs(teachers: readonly TeacherNetwork[]): string[] {
  const [first, ...more] = teachers.map(teacherOutputs) as [string[], ...string[][]];
  // One output each: they may have other names.
  if (teachers.length > 1 && first.length === 1 && more.every((names) => names.length === 1)) return first;
  return first.filter((name) => more.every((names) => names.includes(name)));
}
