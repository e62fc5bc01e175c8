import type { Value } from "../../graph/graph.js";
import { neg } from "../../ops/neg.js";
import { reciprocal } from "../../ops/reciprocal.js";
import { reshape } from "../../ops/reshape.js";
import { sameShape } from "../../tensor/shape.js";
import { isStandard, type Rule, type Site } from "../rewrite.js";
import type { FormStore } from "./formStore.js";
import {
  channelVector,
  emitForm,
  type Form,
  joined,
  negated,
  scaled,
  scaledChannels,
  shifted,
} from "./forms.js";
import { blocked, padded } from "./images.js";
import { blockedSource, inBlocks, reorderOutput } from "./operators.js";

const sums = new Set(["Add", "Sub", "Sum"]);
const products = new Set(["Mul", "Div"]);
const negations = new Set(["Neg"]);

/** Two operands of a node, at least one of them an image in blocks. */
interface Pair {
  readonly image: Value;
  readonly other: Value;
  /** Which of the node's inputs the image is. */
  readonly at: 0 | 1;
}

function pairOf({ node, inputs, graph }: Site): Pair | undefined {
  const output = node.outputs[0] as Value;
  if (graph.parent !== undefined || inputs.length !== 2 || output.rank !== 4 || output.dtype !== "float32")
    return undefined;
  const [a, b] = inputs as readonly [Value, Value];
  const at = blockedSource(a) !== undefined && sameShape(a.shape, output.shape) ? 0 : 1;
  const [image, other] = at === 0 ? [a, b] : [b, a];
  const source = blockedSource(image);
  return source === undefined || !sameShape(image.shape, output.shape) ? undefined : { image, other, at };
}

/** Whether an operand has one number for each channel of an image, or one for all. */
function isChannelwise(operand: Value, image: Value): boolean {
  const sizes = [...new Array<number>(4 - operand.rank).fill(1), ...operand.shape];
  return (
    operand.rank <= 4 && sizes.every((size, axis) => size === 1 || (axis === 1 && size === image.size(1)))
  );
}

/** Whether it has one number for each channel of each image of a batch. */
const isImagewise = (operand: Value, image: Value): boolean =>
  sameShape(operand.shape, [image.size(0), image.size(1), 1, 1]);

/**
 * Sums, differences and products of images in blocks with each other and with a number for each channel: as one pass
 * for a whole chain of them, see {@link Form}.
 */
export const blockedArithmetic =
  (store: FormStore): Rule =>
  (site) => {
    if (isStandard(site.node, negations)) return negation(site, store);
    const pair = pairOf(site);
    if (pair === undefined) return undefined;
    if (isStandard(site.node, sums)) return sum(site, pair, store);
    return isStandard(site.node, products) ? product(site, pair, store) : undefined;
  };

function negation(site: Site, store: FormStore): readonly Value[] | undefined {
  const source = site.graph.parent === undefined ? blockedSource(site.inputs[0]) : undefined;
  if (source === undefined) return undefined;
  return [store.keep(site, negated(store.formOf(source)))];
}

function sum(site: Site, { image, other, at }: Pair, store: FormStore): readonly Value[] | undefined {
  const { node } = site;
  const source = blockedSource(image) as Value;
  const isDifference = node.operator.type === "Sub";
  const own = (form: Form): Form => (isDifference && at === 1 ? negated(form) : form);
  if (isChannelwise(other, image)) {
    const vector = channelVector(other, image.size(1), source.size(1));
    const signed = isDifference && at === 0 ? neg(vector) : vector;
    return [store.keep(site, shifted(own(store.formOf(source)), signed))];
  }
  if (isImagewise(other, image) && !isDifference) return [perImage(source, other, image.size(1), "offset")];
  if (!sameShape(other.shape, image.shape)) return undefined;
  const added = blocked(other);
  const addedForm = store.formOf(added);
  const second = isDifference && at === 0 ? negated(addedForm) : addedForm;
  if (!isDifference) {
    const fused = store.summedByConvolution(site, at === 0 ? [source, added] : [added, source]);
    if (fused !== undefined) return [reorderOutput(fused, image.size(1))];
  }
  return [store.keep(site, joined(own(store.formOf(source)), second))];
}

function product(site: Site, { image, other, at }: Pair, store: FormStore): readonly Value[] | undefined {
  const { node } = site;
  const isQuotient = node.operator.type === "Div";
  if (isQuotient && at === 1) return undefined;
  const source = blockedSource(image) as Value;
  if (isChannelwise(other, image)) {
    const factor = isQuotient ? reciprocal(other) : other;
    const vector = channelVector(factor, image.size(1), source.size(1));
    return [store.keep(site, scaled(store.formOf(source), vector))];
  }
  if (isImagewise(other, image))
    return [perImage(source, isQuotient ? reciprocal(other) : other, image.size(1), "factor")];
  return undefined;
}

/** An image with a number for each of its channels, other ones for each image of the batch. */
function perImage(source: Value, other: Value, channels: number, as: "factor" | "offset"): Value {
  const [batch, filled, rows, columns] = source.shape as [number, number, number, number];
  const vector = reshape(padded(other, 1, inBlocks(channels)), [batch * filled]);
  const planes = reshape(source, [1, batch * filled, rows, columns]);
  const result =
    as === "factor"
      ? scaledChannels(planes, vector)
      : emitForm({ terms: [{ image: planes, factor: undefined }], offset: vector });
  return reorderOutput(reshape(result, source.shape), channels);
}
