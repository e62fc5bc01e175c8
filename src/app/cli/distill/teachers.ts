import { ImagoError, printable } from "../../../engine/errors.js";
import { studentModel } from "../../../labs/classify/distill/studentModel.js";
import { columnsOf, type PictureTeacher } from "../../../labs/classify/distill/teacherModel.js";
import type { ScratchNetwork } from "../../../labs/classify/options.js";
import { parametersOf } from "../../../methods/distill/report/measure.js";
import { grouped, type Output, shellWord } from "../shell/output.js";
import { openPictureClassifier } from "../vision/pictureClassifier.js";

/** What errors call the teachers. */
const argument = "<teachers>";

/**
 * Opens all teachers.
 *
 * @param flags of preprocessing, for files that say nothing of it
 * @throws UsageError where nothing says how one wants its pictures
 */
export async function openTeachers(
  names: readonly string[],
  flags: object,
  output: Output,
): Promise<PictureTeacher[]> {
  const teachers: PictureTeacher[] = [];
  try {
    for (const given of names) {
      const { name, classifier, notice } = await openPictureClassifier(given, argument, flags);
      if (notice !== undefined) output.write(`${notice}\n`);
      teachers.push({ name, classifier });
    }
    return teachers;
  } catch (error) {
    await closeTeachers(teachers);
    throw error;
  }
}

export async function closeTeachers(teachers: readonly PictureTeacher[]): Promise<void> {
  for (const { classifier } of teachers) await classifier.dispose();
}

/** Height and width at which pictures are made ready, so that nobody sees less than they were trained on. */
export function sizeFor(
  teachers: readonly PictureTeacher[],
  size: number | undefined,
): readonly [height: number, width: number] {
  const sides = (axis: 0 | 1): number[] => teachers.map(({ classifier }) => classifier.record.size[axis]);
  return [Math.max(...sides(0), size ?? 1), Math.max(...sides(1), size ?? 1)];
}

/**
 * Makes sure that all teachers know the folder's classes.
 *
 * @throws ImagoError naming those that one does not know
 */
export function checkClasses(
  teachers: readonly PictureTeacher[],
  classes: readonly string[],
  folder: string,
): void {
  for (const teacher of teachers) {
    try {
      columnsOf(teacher, classes);
    } catch (cause) {
      if (!(cause instanceof ImagoError)) throw cause;
      const line = (text: string) =>
        text.replace(
          `classify train FOLDER --network ${teacher.name}`,
          `classify train ${shellWord(folder)} --network ${shellWord(teacher.name)}`,
        );
      throw new ImagoError(line(cause.message), { cause });
    }
  }
}

/** Who teaches what, before work begins. */
export function formatTeaching(
  teachers: readonly PictureTeacher[],
  student: {
    readonly network: ScratchNetwork;
    readonly size: readonly [number, number];
    readonly classes: number;
  },
  pictures: readonly [number, number],
): string {
  const rows = teachers.map(({ name, classifier }) => {
    const { network, size, classes } = classifier.record;
    const what = network === name ? "" : ` (${printable(network)})`;
    const surplus = classes.length - student.classes;
    const left =
      surplus > 0 ? `; ${grouped(surplus)} of its classes are not in the folder, and left out` : "";
    const weights = grouped(parametersOf(classifier.model));
    return `Teacher: ${printable(name)}${what}, ${weights} weights, looks at ${size[1]} × ${size[0]} pixels${left}.\n`;
  });
  const taught = teachers.reduce((sum, { classifier }) => sum + parametersOf(classifier.model), 0);
  const own = parametersOf(studentModel(student.network, { ...student, seed: 0 }, pictures));
  const share = own / taught;
  const ratio =
    share > 1
      ? `${share.toFixed(1)} times as many as ${teachers.length === 1 ? "its teacher has" : "its teachers have"}`
      : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} % of ${teachers.length === 1 ? "its teacher's" : "its teachers'"}`;
  return `${rows.join("")}Student: ${student.network}, ${grouped(own)} weights (${ratio}), looks at ${student.size[1]} × ${student.size[0]} pixels.\n`;
}
