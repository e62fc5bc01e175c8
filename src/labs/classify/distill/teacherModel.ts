import { ImagoError, printable } from "../../../engine/errors.js";
import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { input } from "../../../nn/layers/core/input.js";
import { resizing } from "../../../nn/layers/preprocessing/resizing.js";
import { type Model, model } from "../../../nn/models/model.js";
import type { Classifier } from "../classifier.js";
import { pixelsName } from "../networks/scratchModel.js";
import { chosenClasses } from "./chosenClasses.js";

/** A classifier that teaches, and what people call it. */
export interface PictureTeacher {
  readonly name: string;
  readonly classifier: Classifier;
}

type ByName = Readonly<Record<string, SymbolicTensor>>;
type Size = readonly [height: number, width: number];

/**
 * A teacher as one network from the pictures to the student's classes: it sees them at its own size, and its classes are put into the
 * student's order; those that the student has not are left out.
 *
 * @param classes of the student
 * @param size of the pictures
 * @throws ImagoError when it does not know one of the classes, or looks at pictures of another shape
 */
export function teacherModel(teacher: PictureTeacher, classes: readonly string[], size: Size): Model {
  const { name, classifier } = teacher;
  const columns = columnsOf(teacher, classes);
  const own = classifier.record.size;
  if (own[0] * size[1] !== own[1] * size[0]) {
    throw new ImagoError(
      `${name} looks at pictures of ${own[1]} × ${own[0]} pixels, and these are ${size[1]} × ${size[0]}: another shape.`,
      { help: "Teach with classifiers of the same shape of pictures." },
    );
  }
  const isOrdered =
    columns.length === classifier.classes.length && columns.every((column, at) => column === at);
  if (isOrdered && own[0] === size[0]) return classifier.model;
  const pixels = input({ shape: [...size, 3], name: pixelsName });
  const seen = seenAt(pixels, size, own);
  const shares = classesOf(classifier.model, seen, "teacher");
  const outputs = isOrdered ? shares : chosenClasses({ columns })(shares);
  return model({ inputs: { [pixelsName]: pixels }, outputs: { classes: outputs } }) as Model;
}

/** What a classifier's network says of pictures: probabilities of its classes. */
export function classesOf(network: Model, pixels: SymbolicTensor, name?: string): SymbolicTensor {
  const layer = network.asLayer(name === undefined ? {} : { name }) as (x: ByName) => ByName;
  return layer({ [pixelsName]: pixels }).classes as SymbolicTensor;
}

/** Pictures in the size at which a network looks at them. */
export function seenAt(pixels: SymbolicTensor, from: Size, to: Size): SymbolicTensor {
  const [height, width] = to;
  if (height === from[0] && width === from[1]) return pixels;
  return resizing({ height, width, antialias: true, name: "seen" })(pixels);
}

/**
 * Where each of the student's classes is among the teacher's: by name, never by position.
 *
 * @throws ImagoError naming those that it does not know
 */
export function columnsOf({ name, classifier }: PictureTeacher, classes: readonly string[]): number[] {
  const known = classifier.classes;
  const columns = classes.map((one) => known.indexOf(one));
  const unknown = classes.filter((_, at) => columns[at] === -1);
  if (unknown.length === 0) return columns;
  const learn = `Train it on them first, by \`imago classify train FOLDER --network ${name}\`, and teach with the folder that this makes.`;
  if (known.every((one, at) => one === String(at))) {
    throw new ImagoError(`${name} has no names for its classes, and classes are matched by their names.`, {
      help: learn,
    });
  }
  if (unknown.length === classes.length) {
    throw new ImagoError(
      `${name} knows none of the pictures' classes, ${listed(classes)}; it knows ${listed(known)}, so it cannot teach them as it is.`,
      { help: learn },
    );
  }
  throw new ImagoError(
    `${name} does not know ${unknown.length === 1 ? "the class" : "the classes"} ${listed(unknown)}; it knows ${listed(known)}.`,
    {
      help: `Classes are matched by their names: rename them, leave them out, or teach with another. ${learn}`,
    },
  );
}

const listed = (names: readonly string[]): string =>
  `${names
    .slice(0, 5)
    .map((name) => `"${printable(name)}"`)
    .join(", ")}${names.length > 5 ? " …" : ""}`;
