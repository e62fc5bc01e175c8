import { ImagoError, nearest } from "../../../engine/errors.js";
import { type TeacherNetwork, teacherInputs, teacherOutputs } from "./network.js";

/** For each of a teacher's inputs its place among the student's: the only one, or that of its name. */
export function matchInputs(student: readonly string[], teacher: TeacherNetwork): readonly number[] {
  const names = teacherInputs(teacher).map(({ name }) => name);
  if (names.length === 1 && student.length === 1) return [0];
  return names.map((name) => {
    const place = student.indexOf(name);
    if (place >= 0) return place;
    throw new ImagoError(`distill: ${teacher.name} has an input "${name}", which the student has not.`, {
      help: `The student's are: ${student.join(", ")}. A model around the teacher can give its inputs other names.`,
    });
  });
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
