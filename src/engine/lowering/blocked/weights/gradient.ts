import type { Value } from "../../../graph/graph.js";
import { concat } from "../../../ops/concat.js";
import { slice } from "../../../ops/slice.js";
import { sum } from "../../../ops/sum.js";
import { sizeOf } from "../../../tensor/shape.js";
import { producerOf, type Rule } from "../../rewrite.js";
import { type WeightGradient, weightGradientOf } from "../../weightGradients.js";
import type { FormStore } from "../formStore.js";
import type { Term } from "../forms.js";
import { block, blockedSource, reorderOutput } from "../operators.js";
import { scaledAlong } from "./blockedWeights.js";
import { depthwiseWeights } from "./depthwise.js";
import { type WeightForm, weightForm } from "./form.js";
import { weightsByImages } from "./images.js";
import { weightsByProducts } from "./products.js";
import { weightsByRows } from "./rows.js";
import { inStrips } from "./strips.js";
import { ordered, type Sums } from "./sums.js";
import { weightsByTransforms } from "./transforms.js";

const concats = new Set(["Concat"]);

const emitters: Readonly<Record<WeightForm, (gradient: WeightGradient) => Sums>> = {
  rows: weightsByRows,
  images: weightsByImages,
  transforms: weightsByTransforms,
  depthwise: depthwiseWeights,
  products: weightsByProducts,
};

/** The gradient of a convolution for its weights, by the form that suits its sizes. */
export const blockedWeightGradients =
  (store: FormStore): Rule =>
  ({ node, inputs, graph }) => {
    const gradient = weightGradientOf(node, inputs);
    if (gradient === undefined) return undefined;
    const form = weightForm(gradient) as WeightForm;
    const [x, dy] = [unscaled(gradient.x, store), unscaled(gradient.dy, store)];
    return [
      graph.scoped(node.name, () => {
        const whole = { ...gradient, x: x.image, dy: dy.image };
        const emit = (part: WeightGradient): Value =>
          ordered(emitters[form](part), gradient.order, gradient.dy.size(1));
        const weights =
          form === "products"
            ? byParts(whole, emit)
            : inChunks(whole, (part) => emit(form === "depthwise" ? part : inStrips(part)));
        const ofDepthwise = gradient.convolution.group > 1;
        const inside = withFactor(weights, gradient.order.indexOf(ofDepthwise ? 0 : 1), x.factor);
        return withFactor(inside, gradient.order.indexOf(0), dy.factor);
      }),
    ];
  };

/** Of an image that was put together of parts in blocks, the gradient for the weights of each: nothing needs the image then. */
function byParts(gradient: WeightGradient, emit: (part: WeightGradient) => Value): Value {
  const parts = producerOf(blockedSource(gradient.x), concats)?.inputs as readonly Value[] | undefined;
  const channels = parts?.reduce((sum, part) => sum + part.size(1), 0);
  if (parts === undefined || channels !== gradient.x.size(1)) return emit(gradient);
  const each = parts.map((part) => emit({ ...gradient, x: reorderOutput(part, part.size(1)) }));
  return concat(each, { axis: gradient.order.indexOf(1) });
}

/** Elements of an image and its gradient from which what is made of them is made for a block of images at a time. */
const largeOperands = 2 ** 23;

/** The sum of the gradients of blocks of images, so that the rearranged images of a large batch need less memory. */
function inChunks(gradient: WeightGradient, emit: (part: WeightGradient) => Value): Value {
  const { x, dy } = gradient;
  const batch = x.size(0);
  if (batch <= block || sizeOf(x.shape) + sizeOf(dy.shape) < largeOperands) return emit(gradient);
  const parts = Array.from({ length: Math.ceil(batch / block) }, (_, index) => {
    const range = [index * block, Math.min(batch, (index + 1) * block)] as const;
    return emit({ ...gradient, x: someImages(x, range), dy: someImages(dy, range) });
  });
  return sum(...(parts as [Value, ...Value[]]));
}

function someImages(image: Value, [from, to]: readonly [number, number]): Value {
  const source = blockedSource(image);
  const part = slice(source ?? image, { starts: [from], ends: [to], axes: [0] });
  return source === undefined ? part : reorderOutput(part, image.size(1));
}

/** An image that a number for each channel was multiplied into, without it. */
function unscaled(image: Value, store: FormStore): Term {
  const source = blockedSource(image);
  const { image: inner, factor } =
    source === undefined ? { image, factor: undefined } : store.scaledSource(source);
  return factor === undefined ? { image, factor } : { image: reorderOutput(inner, image.size(1)), factor };
}

const withFactor = (weights: Value, axis: number, factor: Value | undefined): Value =>
  factor === undefined ? weights : scaledAlong(weights, axis, factor);
