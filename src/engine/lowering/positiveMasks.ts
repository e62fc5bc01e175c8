import type { Value } from "../graph/graph.js";
import { hardSigmoid } from "../ops/hardSigmoid.js";
import type { Device } from "./device.js";
import { isStandard, producerOf, type Rule } from "./rewrite.js";
import { uniformNumber } from "./uniform.js";

const casts = new Set(["Cast"]);
const comparisons = new Set(["Greater"]);

/** The largest that float32 holds to two digits: it takes every normal number above 0 to 1 or more. */
export const steepness = 3.4e38;

/** 1 where an image is above 0, and 0 elsewhere: a HardSigmoid so steep that it is a step. */
export const step = (x: Value): Value => hardSigmoid(x, { alpha: steepness, beta: 0 });

/** The value of which `comparison` says where it is above 0. */
export function comparedWithZero(comparison: Value | undefined): Value | undefined {
  const [x, zero] = producerOf(comparison, comparisons)?.inputs ?? [];
  return zero?.rank === 0 && uniformNumber(zero) === 0 ? x : undefined;
}

/**
 * Cast(x > 0) to float32 of an image, or of any tensor on ONNX Runtime's own kernels, as in the gradient of relu: a {@link step}. It takes
 * one pass in place of two with bools in between, and ONNX Runtime can keep the image in the layout of its fast
 * convolutions. (Numbers below 3e-39, which processors hold with fewer digits, come out between 0 and 1.)
 */
export const positiveMasks =
  (device: Device): Rule =>
  ({ node, inputs: [mask] }) => {
    if (!isStandard(node, casts) || node.outputs[0]?.dtype !== "float32") return undefined;
    const x = comparedWithZero(mask);
    const isImage = x?.rank === 4;
    return x?.dtype === "float32" && (isImage || device.ownKernels === true) ? [step(x)] : undefined;
  };
