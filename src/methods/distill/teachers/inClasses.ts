import { ImagoError } from "../../../engine/errors.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { differences, pairs } from "../twoClasses.js";
import { type ClassOptions, type ClassOrder, classOrder, pickColumns } from "./classes.js";
import type { Pupil } from "./pupil.js";

/** One output of a student, and where its classes are among a teacher's. */
export interface OutputClasses {
  readonly name: string;
  /** How many the student has. Absent: as many as the teacher. */
  readonly classes: number | null | undefined;
  readonly order: ClassOrder | undefined;
}

/** Every output by its name. */
export function outputClasses(pupil: Pupil, options: ClassOptions): ReadonlyMap<string, OutputClasses> {
  return new Map(
    pupil.outputs.map(({ name, classes }) => [
      name,
      { name, classes, order: classOrder(options, name, classes) },
    ]),
  );
}

/** How many classes a teacher's output counts for: one probability and two classes say the same. */
function countedAs(theirs: number, { classes, order }: OutputClasses): number {
  if (theirs === 1 && classes === 2) return 2;
  return theirs === 2 && classes === 1 && order === undefined ? 1 : theirs;
}

/**
 * @param theirs the last axis of the teacher's output; nothing is said where it is not known
 * @throws when the student, or the names that were given, count others
 */
export function checkClasses(theirs: number | null | undefined, output: OutputClasses): void {
  if (typeof theirs !== "number") return;
  const { name, classes, order } = output;
  const count = countedAs(theirs, output);
  if (order !== undefined && order.named !== count) {
    throw new ImagoError(
      `distill: teacherClasses has ${order.named} names for "${name}", and the teacher gives ${count} classes.`,
      { help: "Name all of them, in the order of the teacher's output." },
    );
  }
  if (order !== undefined || classes === undefined || classes === null || classes === count) return;
  throw new ImagoError(`distill: the teacher gives ${count} classes for "${name}", the student ${classes}.`, {
    help: "Name the classes of both: classes and teacherClasses, each in the order of its output.",
  });
}

/**
 * A teacher's logits in the student's classes.
 *
 * @throws as {@link checkClasses} does
 */
export function inStudentsClasses(given: Tensor, output: OutputClasses): Tensor {
  const theirs = given.sizeAt(-1);
  checkClasses(theirs, output);
  const count = countedAs(theirs, output);
  const logits = count === theirs ? given : count === 2 ? pairs(given) : differences(given);
  return pickColumns(logits, output.order);
}
