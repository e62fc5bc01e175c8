import type { Value } from "../graph/graph.js";
import { isTiling, type Pooling, poolingOf } from "../ops/pool/pool.js";
import { reshape } from "../ops/reshape.js";
import { sizeOf } from "../tensor/shape.js";
import { channelBlock, type Device } from "./device.js";
import { hasPhases, maxPoolGradient } from "./maxPoolGradient.js";
import { producerOf, type Rule } from "./rewrite.js";
import { inShape, scatteredPool } from "./scatteredPool.js";
import { hasShares, tileShares } from "./tileShares.js";
import { tilesGradient } from "./tilesGradient.js";
import { uniformNumber } from "./uniform.js";

const paddings = new Set(["Pad"]);

/**
 * The gradient of a pooling by maxima, which scatters to indices: ONNX Runtime searches for the indices one by one,
 * mispredicting at every other element, and scatters on one core. Comparisons of whole images take less
 * than half of the time where convolutions work on blocks of channels (a program of nothing else 3.9 ms against 8.7 for
 * 256×50×50 under windows of 3×3 on two cores), and half of it elsewhere, if windows lie side by side.
 */
export function pooledGradients({ channelBlocks }: Device): Rule {
  return ({ node, inputs, graph }) => {
    const found = scatteredPool(node, inputs);
    if (found?.x.dtype !== "float32") return undefined;
    const { x, pool, updates } = found;
    const y = pool.outputs[0] as Value;
    const pooling = poolingOf(x.shape, pool.attributes);
    const emit = inPhases(x, pooling, channelBlocks)
      ? hasShares(x, pooling)
        ? tileShares
        : maxPoolGradient
      : isTiling(pooling, x)
        ? tilesGradient
        : undefined;
    if (emit === undefined) return undefined;
    return [
      graph.scoped(node.name, () =>
        reshape(emit(x, y, inShape(updates, y.shape), pooling), [sizeOf(x.shape)]),
      ),
    ];
  };
}

function inPhases(x: Value, pooling: Pooling, channelBlocks: boolean): boolean {
  const suits = channelBlocks && x.rank === 4 && sizeOf(x.shape) > 0 && x.size(1) % channelBlock === 0;
  return suits && hasPhases(x, pooling) && !hasInfiniteBorder(x);
}

/** Whether the image was padded with infinity, as other programs spell out the padding of a pooling. */
function hasInfiniteBorder(x: Value): boolean {
  const border = uniformNumber(producerOf(x, paddings)?.inputs[2]);
  return border !== undefined && !Number.isFinite(border);
}
