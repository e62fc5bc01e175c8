import type { Value } from "../../../engine/graph/graph.js";
import { or } from "../../../engine/ops/or.js";
import { unsqueeze } from "../../../engine/ops/unsqueeze.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { commonType } from "../base/inputTypes.js";
import { Layer, type LayerOptions } from "../base/layer.js";
import { describeInput, readLayerOptions } from "../base/settings.js";
import type { OpenShape, OpenType } from "../base/symbolic.js";

/** A layer of several inputs that broadcast together, without options of its own. */
export abstract class Merge extends Layer {
  constructor(type: string, options: LayerOptions) {
    super(options);
    readLayerOptions(type, options, {});
  }

  get config(): Config {
    return {};
  }

  /** Merges inputs of one rank. */
  protected abstract merge(inputs: readonly Value[], masks: CallContext["masks"]): Value;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return given.map(() => commonType(given));
  }

  protected override check(inputs: readonly OpenType[]): void {
    checkMerged(this, inputs);
    const shapes = inputs.map(({ shape }) => shape);
    const rank = Math.max(...shapes.map((shape) => shape.length));
    const aligned = shapes.map((shape) => alignRank(shape, rank));
    for (let axis = 0; axis < rank; axis++) {
      const sizes = aligned
        .map((shape) => shape[axis])
        .filter((size) => typeof size === "number" && size !== 1);
      if (new Set(sizes).size <= 1) continue;
      throw this.error(
        `expected inputs whose sizes are equal or 1, received ${describeInputs(inputs)}: they differ in axis ${axis}`,
      );
    }
  }

  /** Not by tracing: where one size is open and another known, only the data can tell that they are equal. */
  override outputTypes(inputs: readonly OpenType[]): readonly OpenType[] {
    const rank = Math.max(...inputs.map(({ shape }) => shape.length));
    const aligned = inputs.map(({ shape }) => alignRank(shape, rank));
    const shape = Array.from({ length: rank }, (_, axis) => commonSize(aligned.map((sizes) => sizes[axis])));
    return [{ dtype: (inputs[0] as OpenType).dtype, shape }];
  }

  call(inputs: readonly Value[], context: CallContext): Value {
    const rank = Math.max(...inputs.map((input) => input.rank));
    const aligned = inputs.map((x) =>
      unsqueeze(
        x,
        Array.from({ length: rank - x.rank }, (_, i) => i + 1),
      ),
    );
    return this.merge(aligned, context.masks);
  }

  /** A step counts where it counts in any input; where an input has no mask, every step does. */
  override mask(_inputs: readonly Value[], { masks }: CallContext): readonly (Value | undefined)[] {
    return [anyMask(masks)];
  }
}

/** A shape with axes of size 1 behind the batch, as Keras aligns inputs of different rank. */
function alignRank([batch = null, ...sizes]: OpenShape, rank: number): OpenShape {
  return [batch, ...new Array<number>(rank - 1 - sizes.length).fill(1), ...sizes];
}

/** The size that an axis has where the inputs' sizes in it are equal, open or 1. */
export function commonSize(sizes: readonly (number | null | undefined)[]): number | null {
  const known = sizes.find((size) => typeof size === "number" && size !== 1);
  return known ?? (sizes.includes(null) ? null : 1);
}

/** Where any of the masks holds; undefined, which is everywhere, unless all inputs have one. */
export function anyMask(masks: CallContext["masks"]): Value | undefined {
  const known = masks.filter((mask) => mask !== undefined);
  return known.length === masks.length ? known.reduce((a, b) => or(a, b)) : undefined;
}

/** A mask `[batch, time]` as it broadcasts to a value of `rank`. */
export function maskOfRank(mask: Value, rank: number): Value {
  return unsqueeze(
    mask,
    Array.from({ length: rank - mask.rank }, (_, i) => mask.rank + i),
  );
}

/** Inputs as errors show them: `[?, 3] from "a" and [?, 4] from "b"`. */
export function describeInputs(inputs: readonly OpenType[]): string {
  return inputs.map(describeInput).join(" and ");
}

/** @throws where there are less than two inputs, or their fixed batch sizes differ */
export function checkMerged(layer: Layer, inputs: readonly OpenType[]): void {
  if (inputs.length < 2) {
    throw layer.error(
      `expected an array of at least two inputs, received ${inputs.length}. Call it as ${layer.type}(…)([a, b]).`,
    );
  }
  const batches = inputs.map(({ shape }) => shape[0]).filter((size) => typeof size === "number");
  if (new Set(batches).size > 1) {
    throw layer.error(`expected inputs of one batch size, received ${describeInputs(inputs)}`);
  }
}
