import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Variable } from "../../layers/base/variable.js";
import type { Model } from "../../models/model.js";
import { kerasLayers } from "./kerasOrder.js";

/** Mixes the bits of a whole number (`goldens/architectures/make.py`). */
function mix(number: number): number {
  let x = number;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Number `index` of stream `stream`, from 0 to below 1. */
export function hashed(stream: number, index: number): number {
  return mix((mix(stream) + index) >>> 0) / 2 ** 32;
}

/** Elements made of the numbers of a stream. */
export function filled(shape: readonly number[], stream: number, make: (r: number) => number): Tensor {
  const tensor = Tensor.zeros(shape);
  const start = mix(stream);
  for (let at = 0; at < tensor.size; at++) tensor.data[at] = make(mix((start + at) >>> 0) / 2 ** 32);
  return tensor;
}

/** Images for a golden: stream 0, from −1 to 1. */
export function hashedImages(shape: readonly number[]): Tensor {
  return filled(shape, 0, (r) => 2 * r - 1);
}

/** How the elements of a weight follow from its name and shape. */
export function rule(name: string, shape: readonly number[], isDepthwise: boolean): (r: number) => number {
  if (/kernel/i.test(name)) {
    if (isDepthwise) {
      const spread = Math.sqrt(3 / ((shape[0] as number) * (shape[1] as number)));
      return (r) => (2 * r - 1) * spread;
    }
    const fanIn = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    return (r) => (2 * r - 1) * Math.sqrt(3 / fanIn) * Math.sqrt(2);
  }
  return /gamma|Variance/.test(name) ? (r) => 0.8 + 0.4 * r : (r) => (r - 0.5) * 0.2;
}

/** Sets every weight by the rule, counted in Keras's order from 1. */
export function fillHashed(model: Model): void {
  const all = kerasLayers(model).flatMap((layer) =>
    layer.variables.map((variable): [Variable, boolean] => [
      variable,
      isDepthwise(layer.type, variable.name),
    ]),
  );
  all.forEach(([variable, depthwise], index) => {
    variable.value = filled(variable.shape, index + 1, rule(variable.name, variable.shape, depthwise));
  });
}

function isDepthwise(type: string, name: string): boolean {
  return name === "depthwiseKernel" || (type === "depthwiseConv2d" && name === "kernel");
}
