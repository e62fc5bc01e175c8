import type { Value } from "../../graph/graph.js";
import { add } from "../../ops/add.js";
import { type ReduceInputs, reducedAxes } from "../../ops/define/reduce.js";
import { mul } from "../../ops/mul.js";
import { reduceMean } from "../../ops/reduceMean.js";
import { reduceSum } from "../../ops/reduceSum.js";
import { reshape } from "../../ops/reshape.js";
import { slice } from "../../ops/slice.js";
import { sameShape, sizeOf } from "../../tensor/shape.js";
import { isStandard, producerOf, type Rule } from "../rewrite.js";
import type { FormStore } from "./formStore.js";
import type { Form } from "./forms.js";
import { block, blockedConv, blockedMeans, blockedSource } from "./operators.js";

const reductions = new Set(["ReduceSum", "ReduceMean"]);
const globalPools = new Set(["GlobalAveragePool"]);
const products = new Set(["Mul"]);

/**
 * Elements of a plane that are added up one after the other; larger planes are summed in strips, whose sums are added: one after the other
 * 50,000 equal numbers lose four digits of seven.
 */
const mostInTurn = 1024;

/** Sums and means of images in blocks over their planes, or over the batch as well. */
export const blockedSums =
  (store: FormStore): Rule =>
  ({ node, inputs: [x, ...rest], graph, uses }) => {
    const source = graph.parent === undefined ? blockedSource(x) : undefined;
    if (x === undefined || source === undefined) return undefined;
    const isPool = isStandard(node, globalPools);
    if (!isPool && !isStandard(node, reductions)) return undefined;
    const axes = isPool
      ? [2, 3]
      : [...reducedAxes({ inputs: [x, ...rest] as ReduceInputs, attributes: node.attributes })].sort(
          (a, b) => a - b,
        );
    const [key, channels] = [axes.join(), x.size(1)];
    if (key !== "2,3" && key !== "0,2,3") return undefined;
    const overBatch = axes.length === 3;
    // A product that something else reads as well is there anyway.
    const isOnlySummed = uses(node.inputs[0] as Value) === 1;
    const { value, times } = sumsOf(source, { overBatch, isOnlySummed, store });
    const filled = value.size(value.rank - 1);
    const own =
      filled === channels ? value : slice(value, { starts: [0], ends: [channels], axes: [value.rank - 1] });
    const count = x.size(2) * x.size(3) * (overBatch ? x.size(0) : 1);
    const isMean = isPool || node.operator.type === "ReduceMean";
    return [reshape(multiplied(own, isMean ? times / count : times), (node.outputs[0] as Value).shape)];
  };

/** Sums as `value` times a number. */
interface Sums {
  /** [batch, channels in whole blocks]; [channels in whole blocks] over the batch. */
  readonly value: Value;
  readonly times: number;
}

const multiplied = (value: Value, times: number): Value => (times === 1 ? value : mul(value, times));

interface Request {
  readonly overBatch: boolean;
  /** Whether nothing but its sum is wanted of an image. */
  readonly isOnlySummed: boolean;
  readonly store: FormStore;
}

/** The sum of every channel: of a form that of its images, of a product a convolution of one image with the other. */
function sumsOf(image: Value, request: Request): Sums {
  const { overBatch, isOnlySummed, store } = request;
  const form = store.formForSums(image);
  if (form !== undefined) return formSums(image, form, request);
  const [a, b] = producerOf(image, products)?.inputs ?? [];
  const isProduct = a !== undefined && b !== undefined && sameShape(a.shape, b.shape) && sizeOf(a.shape) > 0;
  const asProduct = isProduct && isOnlySummed;
  const [batch, , rows, columns] = image.shape as readonly [number, number, number, number];
  if (asProduct) {
    const perImage = productSums(a, b);
    return { value: overBatch ? reduceSum(perImage, { axes: [0], keepDims: false }) : perImage, times: 1 };
  }
  const means = planeMeans(image);
  return overBatch
    ? { value: reduceMean(means, { axes: [0], keepDims: false }), times: batch * rows * columns }
    : { value: means, times: rows * columns };
}

/** The same of a form: its images are there anyway. */
function formSums(image: Value, { terms, offset }: Form, request: Request): Sums {
  const times = image.size(2) * image.size(3) * (request.overBatch ? image.size(0) : 1);
  const parts = terms.map(({ image: one, factor }) => {
    const { value } = sumsOf(one, { ...request, isOnlySummed: false });
    return factor === undefined ? value : mul(value, factor);
  });
  if (offset !== undefined) parts.push(offset);
  return { value: parts.reduce((a, b) => add(a, b)), times };
}

/** Σ a · b over every plane, [batch, channels]: each channel convolved with the other image's, as its kernel. */
function productSums(a: Value, b: Value): Value {
  const [batch, channels, rows, columns] = a.shape as [number, number, number, number];
  const planes = batch * channels;
  const strip = stripOf(rows, columns);
  const count = rows / strip;
  const [image, weights] = [
    reshape(a, [1, planes * count, strip, columns]),
    reshape(b, [planes * count, 1, strip, columns]),
  ];
  const sums = blockedConv(image, weights, { group: planes * count });
  return ofStrips(sums, [batch, channels, count], reduceSum);
}

/** What is known of every strip of planes, joined to what is known of planes: [batch, channels]. */
function ofStrips(
  strips: Value,
  [batch, channels, count]: readonly [number, number, number],
  reduce: typeof reduceSum | typeof reduceMean,
): Value {
  if (count === 1) return reshape(strips, [batch, channels]);
  // [batch, blocks, strips, 16], where strips of a block lie behind each other.
  const apart = reshape(strips, [batch, channels / block, count, block]);
  return reshape(reduce(apart, { axes: [2], keepDims: false }), [batch, channels]);
}

/** The mean of every plane, [batch, channels]. */
function planeMeans(image: Value): Value {
  const [batch, channels, rows, columns] = image.shape as readonly [number, number, number, number];
  const strip = stripOf(rows, columns);
  const count = rows / strip;
  const strips = count === 1 ? image : reshape(image, [1, batch * channels * count, strip, columns]);
  return ofStrips(blockedMeans(strips), [batch, channels, count], reduceMean);
}

/** Rows of a strip: the most that divide the rows and keep it short. */
function stripOf(rows: number, columns: number): number {
  let strip = rows;
  while (strip > 1 && (strip * columns > mostInTurn || rows % strip !== 0)) strip--;
  return strip;
}
