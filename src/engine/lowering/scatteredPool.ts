import type { Node, Value } from "../graph/graph.js";
import type { Inputs } from "../graph/operator.js";
import { reductionOf } from "../ops/define/reduction.js";
import { reshape } from "../ops/reshape.js";
import { scatterElements } from "../ops/scatterElements.js";
import { sameShape, sizeOf } from "../tensor/shape.js";
import { isStandard, producerOf } from "./rewrite.js";
import { uniformNumber } from "./uniform.js";

const scatters = new Set(["ScatterElements"]);
const reshapes = new Set(["Reshape"]);
const pools = new Set(["MaxPool"]);

/** The gradient of a pooling by maxima, as differentiation emits it. */
export interface ScatteredPool {
  /** The image that is pooled. */
  readonly x: Value;
  readonly pool: Node;
  /** Where the maxima are, in one row. */
  readonly indices: Value;
  /** What the maxima get, in one row. */
  readonly updates: Value;
  /** What they are added to. */
  readonly zeros: Value;
}

/**
 * What `node` (applied to other `inputs`, where given) adds up, if it is the gradient of a pooling by maxima in one
 * row. Sums of another size or type, as in an unpooling, are none.
 */
export function scatteredPool(
  node: Node | undefined,
  inputs: Inputs = node?.inputs ?? [],
): ScatteredPool | undefined {
  if (node === undefined || !isStandard(node, scatters) || reductionOf(node.attributes) !== "add")
    return undefined;
  const [zeros, indices, updates] = inputs as [Value, Value, Value];
  const places = producerOf(indices, reshapes)?.inputs[0];
  const pool = producerOf(places, pools);
  const x = pool?.inputs[0];
  if (pool?.outputs[1] !== places || pool === undefined || x === undefined || uniformNumber(zeros) !== 0)
    return undefined;
  const fits = zeros.dtype === x.dtype && sameShape(zeros.shape, [sizeOf(x.shape)]);
  return fits && pool.attributes.int("storage_order", 0) === 0
    ? { x, pool, indices, updates, zeros }
    : undefined;
}

/** The same for the gradient in the shape of the image. */
export function scatteredImage(image: Value | undefined): ScatteredPool | undefined {
  const found = scatteredPool(producerOf(image, reshapes)?.inputs[0]?.producer);
  return found !== undefined && sameShape(found.x.shape, image?.shape ?? []) ? found : undefined;
}

/** `value` in another shape, from before a Reshape where it had that shape before. */
export function inShape(value: Value, shape: readonly number[]): Value {
  const source = producerOf(value, reshapes)?.inputs[0];
  return source !== undefined && sameShape(source.shape, shape) ? source : reshape(value, shape);
}

/** The gradient of the image where the maxima get what `change` makes of theirs. */
export function scatteredAgain(
  { x, pool, indices, updates, zeros }: ScatteredPool,
  change: (dy: Value, y: Value) => Value,
): Value {
  const y = pool.outputs[0] as Value;
  const changed = reshape(change(inShape(updates, y.shape), y), updates.shape);
  return reshape(scatterElements(zeros, indices, changed, { reduction: "add" }), x.shape);
}
