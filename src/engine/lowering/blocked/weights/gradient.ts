import type { Rule } from "../../rewrite.js";
import { type WeightGradient, weightGradientOf } from "../../weightGradients.js";
import { depthwiseWeights } from "./depthwise.js";
import { type WeightForm, weightForm } from "./form.js";
import { weightsByImages } from "./images.js";
import { weightsByRows } from "./rows.js";
import { ordered, type Sums } from "./sums.js";
import { weightsByTransforms } from "./transforms.js";

const emitters: Readonly<Record<WeightForm, (gradient: WeightGradient) => Sums>> = {
  rows: weightsByRows,
  images: weightsByImages,
  transforms: weightsByTransforms,
  depthwise: depthwiseWeights,
};

/** The gradient of a convolution for its weights, by the form that suits its sizes. */
export const blockedWeightGradients: Rule = ({ node, inputs, graph }) => {
  const gradient = weightGradientOf(node, inputs);
  if (gradient === undefined) return undefined;
  const form = weightForm(gradient) as WeightForm;
  return [
    graph.scoped(node.name, () => ordered(emitters[form](gradient), gradient.order, gradient.dy.size(1))),
  ];
};
