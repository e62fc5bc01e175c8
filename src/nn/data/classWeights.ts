import { ImagoError, isPlainObject } from "../../engine/errors.js";
import { accepting } from "../../engine/options.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import type { OpenShape } from "../layers/base/symbolic.js";
import type { Loss } from "../losses/loss.js";

/** How much each class counts, by its number. */
export type ClassWeight = Readonly<Record<number, number>>;

/** How a {@link ClassWeight} is read; its entries are checked where the classes are known. */
export const classWeightField = accepting<ClassWeight>(
  "a record of a number for each class's number",
  (value): value is ClassWeight => isPlainObject(value),
);

/** An output with its targets. */
export interface WeighedOutput {
  readonly target: Tensor;
  readonly prediction: OpenShape;
  readonly loss: Loss | undefined;
}

/**
 * A weight for each place that has a class of its own: for each sample, or in sequences and images for each position.
 *
 * @param given the samples' own weights, by which these are multiplied: `[samples]`, or of any shape that begins or goes on alike
 * @throws ImagoError on entries that are no weights, on classes that the output has not got, on labels that are no whole numbers,
 *   and on targets with several labels at one place
 */
export function classWeighted(
  where: string,
  output: WeighedOutput,
  classWeight: ClassWeight,
  given: Tensor | undefined,
): Tensor {
  checkEntries(where, classWeight);
  const { labels, shape, count } = classesOf(where, output);
  checkKnown(where, classWeight, count);
  const weights = Float32Array.from(labels, (label) => classWeight[label] ?? 1);
  const own = new Tensor("float32", shape, weights);
  return given === undefined ? own : product(where, own, given);
}

function checkEntries(where: string, classWeight: ClassWeight): void {
  for (const [label, weight] of Object.entries(classWeight)) {
    if (/^-?\d+$/.test(label) && Number.isFinite(Math.fround(weight))) continue;
    throw new ImagoError(
      `${where}: classWeight: expected a finite number for each class's number, received ${JSON.stringify(label)}: ${String(weight)}`,
    );
  }
}

/** @param count how many classes there are, where the output tells */
function checkKnown(where: string, classWeight: ClassWeight, count = Number.POSITIVE_INFINITY): void {
  if (count === Number.POSITIVE_INFINITY) return;
  const strange = Object.keys(classWeight).find((label) => Number(label) < 0 || Number(label) >= count);
  if (strange === undefined) return;
  throw new ImagoError(
    `${where}: classWeight names class ${strange}, and the output has the classes 0 to ${count - 1}.`,
  );
}

interface Classes {
  readonly labels: ArrayLike<number>;
  /** Of the places that have a class. */
  readonly shape: readonly number[];
  readonly count: number | undefined;
}

function classesOf(where: string, { target, prediction, loss }: WeighedOutput): Classes {
  const axis = classAxis(prediction, loss);
  const known = prediction[axis];
  const count = known === null ? undefined : known;
  if (loss?.targetKind === "classNumbers") {
    const shape = prediction.length === target.shape.length ? target.shape.toSpliced(axis, 1) : target.shape;
    return { labels: wholeLabels(where, target), shape, count };
  }
  const places = target.shape.toSpliced(axis, 1);
  if (target.shape[axis] === 1 || target.shape.length < 2) {
    const shape = target.shape.length < 2 ? target.shape : places;
    return { labels: wholeLabels(where, target), shape, count: undefined };
  }
  return { labels: largestAt(where, target, axis, loss), shape: places, count: target.shape[axis] };
}

/** Where an output's classes are counted. */
export function classAxis(prediction: OpenShape, loss: Loss | undefined): number {
  const given = loss?.config.axis;
  const axis = typeof given === "number" ? given : -1;
  return axis < 0 ? prediction.length + axis : axis;
}

function wholeLabels(where: string, target: Tensor): ArrayLike<number> {
  const labels = toNumbers(target);
  for (let i = 0; i < labels.length; i++) {
    if (Number.isInteger(labels[i])) continue;
    throw new ImagoError(`${where}: classWeight is for classes, and target ${i} is ${labels[i]}.`, {
      help: "Weigh such samples by sampleWeight.",
    });
  }
  return labels;
}

/** The place of the largest along an axis, of which there must be one. */
function largestAt(where: string, target: Tensor, axis: number, loss: Loss | undefined): number[] {
  const numbers = toNumbers(target);
  const width = target.shape[axis] as number;
  const inner = target.shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const outer = numbers.length / width / inner;
  const found: number[] = [];
  for (let row = 0; row < outer; row++) {
    for (let column = 0; column < inner; column++) {
      const at = (place: number): number => numbers[(row * width + place) * inner + column] as number;
      let best = 0;
      for (let place = 1; place < width; place++) if (at(place) > at(best)) best = place;
      const ties = loss?.targetKind === "oneHot" ? 1 : countOf(width, (place) => at(place) === at(best));
      if (ties > 1) {
        throw new ImagoError(
          `${where}: classWeight wants one class at each place, and ${ties} of the ${width} targets of sample ` +
            `${Math.floor((row * inner + column) / Math.max(1, (outer * inner) / target.sizeAt(0)))} are the largest.`,
          { help: "Weigh several labels by sampleWeight." },
        );
      }
      found.push(best);
    }
  }
  return found;
}

function countOf(width: number, test: (place: number) => boolean): number {
  let count = 0;
  for (let place = 0; place < width; place++) if (test(place)) count++;
  return count;
}

/** Of two weights, one for samples and one for their positions perhaps. */
function product(where: string, a: Tensor, b: Tensor): Tensor {
  const plain =
    b.shape.length === a.shape.length + 1 && b.shape.at(-1) === 1 ? b.reshape(b.shape.slice(0, -1)) : b;
  const [long, short] = a.shape.length >= plain.shape.length ? [a, plain] : [plain, a];
  if (short.shape.some((size, axis) => size !== long.shape[axis])) {
    throw new ImagoError(
      `${where}: sampleWeight of shape ${formatShape(b.shape)} does not go with class weights of shape ${formatShape(a.shape)}.`,
      { help: "Give one weight for each sample, or one for each position that has a class." },
    );
  }
  const [many, few] = [toNumbers(long), toNumbers(short)];
  const each = few.length === 0 ? 1 : many.length / few.length;
  const values = Float32Array.from(many, (weight, i) => weight * (few[Math.floor(i / each)] as number));
  return new Tensor("float32", long.shape, values);
}
