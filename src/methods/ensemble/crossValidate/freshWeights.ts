import { Generator } from "../../../engine/random/generator.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { Layer } from "../../../nn/layers/base/layer.js";
import type { Variable } from "../../../nn/layers/base/variable.js";
import type { Network } from "../../../nn/network/network.js";

/**
 * A network's weights drawn anew, as `model` draws them from a seed. Weights of layers that are not trainable, or that came
 * from a file of another program, are as they are now.
 */
export function freshWeights({ functional, variables }: Network, seed: number): Record<string, Tensor> {
  const random = new Generator(seed).split("weights");
  const kept = new Set(functional.layers.flatMap((layer) => keptVariables(layer, true)));
  const entries = variables.map(({ path, variable }) => {
    const value = kept.has(variable) ? variable.value : variable.fresh(random.split(path));
    return [path, value] as const;
  });
  return Object.fromEntries(entries);
}

function keptVariables(layer: Layer, trainable: boolean): readonly Variable[] {
  const trains = trainable && layer.trainable;
  const inner = layer.children.flatMap((child) => keptVariables(child, trains));
  // How the weights of a file were drawn is not known.
  return trains && layer.type !== "onnx" ? inner : [...layer.ownVariables, ...inner];
}
