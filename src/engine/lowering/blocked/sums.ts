import type { Value } from "../../graph/graph.js";
import { add } from "../../ops/add.js";
import { type ReduceInputs, reducedAxes } from "../../ops/define/reduce.js";
import { mul } from "../../ops/mul.js";
import { reduceSum } from "../../ops/reduceSum.js";
import { reshape } from "../../ops/reshape.js";
import { slice } from "../../ops/slice.js";
import { sameShape, sizeOf } from "../../tensor/shape.js";
import { isStandard, producerOf, type Rule } from "../rewrite.js";
import type { FormStore } from "./formStore.js";
import { blockedConv, blockedMeans, blockedSource } from "./operators.js";

const reductions = new Set(["ReduceSum", "ReduceMean"]);
const globalPools = new Set(["GlobalAveragePool"]);
const products = new Set(["Mul"]);

/** Elements of a plane that are added up one after the other; larger planes are summed in strips. */
const mostInTurn = 4096;

/** Sums and means of images in blocks over their planes, or over the batch as well. */
export const blockedSums =
  (store: FormStore): Rule =>
  ({ node, inputs: [x, ...rest], graph }) => {
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
    const totals = sumsOf(source, overBatch, store);
    const filled = totals.size(totals.rank - 1);
    const own =
      filled === channels
        ? totals
        : slice(totals, { starts: [0], ends: [channels], axes: [totals.rank - 1] });
    const count = x.size(2) * x.size(3) * (overBatch ? x.size(0) : 1);
    const isMean = isPool || node.operator.type === "ReduceMean";
    return [reshape(isMean ? mul(own, 1 / count) : own, (node.outputs[0] as Value).shape)];
  };

/**
 * The sum of every channel: of a form that of its images, of a product a convolution of one image with the other.
 *
 * @returns [batch, channels in whole blocks]; [channels in whole blocks] over the batch
 */
function sumsOf(image: Value, overBatch: boolean, store: FormStore): Value {
  const form = store.formForSums(image);
  const plane = image.size(2) * image.size(3);
  if (form !== undefined) {
    const terms = form.terms.map(({ image: one, factor }) => {
      const sum = sumsOf(one, overBatch, store);
      return factor === undefined ? sum : mul(sum, factor);
    });
    if (form.offset !== undefined) terms.push(mul(form.offset, plane * (overBatch ? image.size(0) : 1)));
    return terms.reduce((a, b) => add(a, b));
  }
  const [a, b] = producerOf(image, products)?.inputs ?? [];
  const isProduct = a !== undefined && b !== undefined && sameShape(a.shape, b.shape) && sizeOf(a.shape) > 0;
  const perImage = isProduct
    ? productSums(a, b)
    : mul(reshape(blockedMeans(image), [image.size(0), image.size(1)]), plane);
  return overBatch ? reduceSum(perImage, { axes: [0], keepDims: false }) : perImage;
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
  // [batch, blocks, strips, 16], where strips of a block lie behind each other.
  return count === 1 ? reshape(sums, [batch, channels]) : stripSums(sums, [batch, channels, count]);
}

function stripSums(sums: Value, [batch, channels, count]: readonly [number, number, number]): Value {
  const strips = reshape(sums, [batch, channels / 16, count, 16]);
  return reshape(reduceSum(strips, { axes: [2], keepDims: false }), [batch, channels]);
}

/** Rows of a strip: the most that divide the rows and keep it short. */
function stripOf(rows: number, columns: number): number {
  let strip = rows;
  while (strip > 1 && (strip * columns > mostInTurn || rows % strip !== 0)) strip--;
  return strip;
}
