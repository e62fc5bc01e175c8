import { ImagoError, nearest } from "../../engine/errors.js";
import { Model } from "../../nn/models/model.js";
import { exampleShapes } from "./defaultLosses.js";
import type { FeatureLayers } from "./options.js";
import { ofTeacher, type TeacherNetwork } from "./teachers/network.js";

/**
 * Looks for the layers that `features` names, before anything runs. A value of a file is looked for where the sizes of the
 * student's inputs are known, at which the file is read.
 *
 * @throws when there is none, saying whose is meant
 */
export function checkLayers(student: Model, teacher: TeacherNetwork, features: FeatureLayers): void {
  check("student", student.name, features.student, layersOf(student));
  if (teacher instanceof Model) {
    check("teacher", teacher.name, features.teacher, layersOf(teacher));
    return;
  }
  if (student.inputs.some(({ tensor }) => tensor.shape.slice(1).includes(null))) return;
  const shapes = exampleShapes(student);
  const [only, ...more] = Object.values(shapes);
  const inputShapes = Object.fromEntries(
    teacher.inputs.map(({ name }) => [name, (more.length === 0 ? only : shapes[name]) as number[]]),
  );
  const { values } = ofTeacher(teacher, () => teacher.read({ inputShapes }));
  check("teacher", teacher.name, features.teacher, [...values.keys()]);
}

const layersOf = ({ functional }: Model): string[] => [...functional.nameOf.values()];

function check(whose: keyof FeatureLayers, model: string, layer: string, names: readonly string[]): void {
  if (names.includes(layer)) return;
  const meant = nearest(layer, names);
  const all = names.length > 12 ? `${names.slice(0, 12).join(", ")}, …` : names.join(", ");
  throw new ImagoError(`distill: features: the ${whose} "${model}" has no layer "${layer}".`, {
    help: `${meant === undefined ? "" : `Did you mean "${meant}"? `}There are: ${all}.`,
  });
}
