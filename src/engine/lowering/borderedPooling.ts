import { Attributes, ints } from "../graph/attributes.js";
import type { Node, Value } from "../graph/graph.js";
import type { Inputs } from "../graph/operator.js";
import { zeros } from "../ops/composed/zeros.js";
import { constantInts } from "../ops/define/define.js";
import { poolingOf } from "../ops/pool/pool.js";
import { reshape } from "../ops/reshape.js";
import { sameShape, sizeOf } from "../tensor/shape.js";
import { isStandard, producerOf, type Rule } from "./rewrite.js";
import { type ScatteredPool, scatteredImage } from "./scatteredPool.js";
import { uniformNumber } from "./uniform.js";

const pools = new Set(["MaxPool"]);
const paddings = new Set(["Pad"]);
const slices = new Set(["Slice"]);
const concats = new Set(["Concat"]);
const rectifiers = new Set(["Relu"]);

/** Whether nothing of it can be below 0: a rectified image, or one put together of such. */
export function isRectified(x: Value | undefined): boolean {
  if (producerOf(x, rectifiers) !== undefined) return true;
  const parts = producerOf(x, concats)?.inputs;
  return parts?.every(isRectified) ?? false;
}

/** A border of zeros around rows and columns. */
interface Border {
  readonly x: Value;
  /** Before the first of each spatial axis, then behind the last. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

function borderOf(padded: Value | undefined): Border | undefined {
  const node = producerOf(padded, paddings);
  const [x, list, value, axes] = node?.inputs ?? [];
  if (node === undefined || x === undefined || list?.constant === undefined || axes !== undefined)
    return undefined;
  const isZero = value === undefined || uniformNumber(value) === 0;
  if (!isZero || node.attributes.string("mode", "constant") !== "constant") return undefined;
  const sizes = constantInts(list, "pads");
  const [before, after] = [sizes.slice(0, x.rank), sizes.slice(x.rank)];
  const isSpatial = [before, after].every(([batch, channels]) => batch === 0 && channels === 0);
  if (!isSpatial || sizes.some((size) => size < 0)) return undefined;
  return { x, before: before.slice(2), after: after.slice(2) };
}

/** The same pooling of the image within the border. */
interface Within {
  readonly x: Value;
  readonly attributes: Attributes;
}

/**
 * A pooling by maxima whose image has a border of zeros, as one of the image within: where nothing of that is below 0, zeros around it change
 * no maximum of a window that has anything of it. Borders that no window reaches go.
 *
 * @param inputs the pooling's, where they have become others
 */
function within(pool: Node, inputs: Inputs = pool.inputs): Within | undefined {
  const [padded] = inputs;
  const border = borderOf(padded);
  if (border === undefined || padded === undefined || !isRectified(border.x)) return undefined;
  if (pool.attributes.int("storage_order", 0) !== 0) return undefined;
  const { window, counts } = poolingOf(padded.shape, pool.attributes);
  const { kernel, strides, dilations } = window;
  if (dilations.some((dilation) => dilation !== 1)) return undefined;
  const before = border.before.map((size, axis) => size + (window.before[axis] as number));
  const sizes = border.x.shape.slice(2);
  // What the last window reaches into decides, not what stands there.
  const after = sizes.map((size, axis) => {
    const last = ((counts[axis] as number) - 1) * (strides[axis] as number) - (before[axis] as number);
    return last < size ? Math.max(0, last + (kernel[axis] as number) - size) : undefined;
  });
  const fits = kernel.every((size, axis) => (before[axis] as number) < size && (after[axis] ?? size) < size);
  if (!fits) return undefined;
  const attributes = new Attributes({
    kernel_shape: ints(kernel),
    strides: ints(strides),
    pads: ints([...before, ...(after as number[])]),
  });
  const same = poolingOf(border.x.shape, attributes);
  return sameShape(same.counts, counts) ? { x: border.x, attributes } : undefined;
}

/** A pooling by maxima without the zeros around its image, where nothing asks for the places of its maxima. */
export const borderedPooling: Rule = ({ node, inputs, graph, uses }) => {
  const [, indices] = node.outputs;
  if (!isStandard(node, pools) || (indices !== undefined && uses(indices) > 0)) return undefined;
  const found = within(node, inputs);
  if (found === undefined) return undefined;
  return graph.emit(node.operator, [found.x], found.attributes);
};

/**
 * The gradient of a pooling for the image within a border of zeros, which was cut off again, as one of that image alone. It differs at zeros
 * only, of which one of the border may be the first of equal maxima: so it is for gradients that count where the image is above 0.
 */
export function scatteredWithin(gradient: Value | undefined): ScatteredPool | undefined {
  const cut = producerOf(gradient, slices);
  const found = scatteredImage(cut?.inputs[0]);
  if (cut === undefined || found === undefined) return undefined;
  const [border, inner] = [borderOf(found.x), within(found.pool)];
  if (border === undefined || inner === undefined || !isCutOff(cut, border)) return undefined;
  const { x, attributes } = inner;
  const [y, indices] = x.graph.emit(found.pool.operator, [x], attributes) as [Value, Value];
  return {
    x,
    pool: y.producer as Node,
    indices: reshape(indices, [sizeOf(indices.shape)]),
    updates: found.updates,
    zeros: zeros(x, [sizeOf(x.shape)]),
  };
}

/** Whether a slice takes just what the border is around. */
function isCutOff({ inputs, outputs }: Node, { x, before }: Border): boolean {
  const [padded, ...lists] = inputs as readonly [Value, ...Value[]];
  if (lists.some(({ constant }) => constant === undefined)) return false;
  const [starts = [], , axes, steps] = lists.map((list) => constantInts(list, "places"));
  if (steps?.some((step) => step !== 1) === true) return false;
  const firsts = new Array<number>(x.rank).fill(0);
  starts.forEach((start, place) => {
    const axis = axes?.[place] ?? place;
    const at = axis < 0 ? axis + x.rank : axis;
    firsts[at] = start < 0 ? start + padded.size(at) : start;
  });
  return sameShape(outputs[0]?.shape ?? [], x.shape) && sameShape(firsts, [0, 0, ...before]);
}
