import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { greaterOrEqual } from "../../engine/ops/greaterOrEqual.js";
import { mul } from "../../engine/ops/mul.js";
import { where } from "../../engine/ops/where.js";
import type { Shape } from "../../engine/tensor/shape.js";
import { type Field, number, optional } from "../config/options.js";
import type { Config } from "../initializers/initializer.js";
import type { CallContext } from "./context.js";
import { Layer, type LayerFunction, type LayerOptions, layerFunction } from "./layer.js";
import { describeInput, onlyInput, readLayerOptions, settingsConfig } from "./settings.js";
import type { OpenShape, OpenType } from "./symbolic.js";

export interface DropoutOptions extends LayerOptions {
  /** Share of the elements that become 0, from 0 to 1. */
  readonly rate: number;
  /**
   * Shape of what is drawn: 1 for an axis along which all are dropped together, `null` for the input's own
   * size. Default: the input's shape, every element by itself.
   */
  readonly noiseShape?: OpenShape | undefined;
}

/** An option that is a shape: positive whole numbers, `null` for the input's own size. */
export const noiseShape: Field<OpenShape> = (where, name, value) => {
  const size = (item: unknown): boolean => item === null || (Number.isInteger(item) && (item as number) > 0);
  if (Array.isArray(value) && value.every(size)) return value as OpenShape;
  throw new ImagoError(
    `${where}: option "${name}" must be an array of sizes from 1 (null: the input's), received ${JSON.stringify(value)}.`,
  );
};

/** The shape that `given` means for an input. */
export function concreteNoiseShape(given: OpenShape | undefined, shape: Shape): Shape {
  return given === undefined ? shape : given.map((size, axis) => size ?? (shape[axis] as number));
}

/** @throws when a noise shape has another rank than the input */
export function checkNoiseShape(layer: Layer, given: OpenShape | undefined, x: OpenType): void {
  if (given === undefined || given.length === x.shape.length) return;
  throw layer.error(
    `noiseShape needs a size for each of the input's axes, received ${JSON.stringify(given)} for ${describeInput(x)}`,
  );
}

/** `x` with a share `rate` of its elements 0 and the others scaled by 1 / (1 − rate). */
export function drop(x: Value, context: CallContext, rate: number, shape: Shape): Value {
  if (rate === 1) return mul(x, 0);
  const kept = greaterOrEqual(context.random(shape), rate);
  return where(kept, mul(x, 1 / (1 - rate)), 0);
}

interface Settings {
  readonly rate: number;
  readonly noiseShape: OpenShape | undefined;
}

/** The layer behind {@link dropout}. */
export class Dropout extends Layer {
  readonly type = "dropout";
  readonly #settings: Settings;

  constructor(options: DropoutOptions) {
    super(options);
    this.#settings = readLayerOptions<Settings>("dropout", options, {
      rate: number({ min: 0, max: 1 }),
      noiseShape: optional(noiseShape),
    });
  }

  get config(): Config {
    return settingsConfig({ ...this.#settings });
  }

  protected override check(inputs: readonly OpenType[]): void {
    checkNoiseShape(this, this.#settings.noiseShape, onlyInput(this, inputs));
  }

  call([x]: readonly [Value], context: CallContext): Value {
    const { rate, noiseShape: given } = this.#settings;
    if (!context.training || rate === 0) return x;
    return drop(x, context, rate, concreteNoiseShape(given, x.shape));
  }
}

/**
 * In training, sets elements to 0 by chance and scales the others by 1 / (1 − rate), so that the expected sum
 * stays (Srivastava et al. 2014). Elsewhere it gives its input. The model's seed makes the chance.
 *
 * Takes any shape and gives the same.
 *
 * @throws on an unknown option and on a rate outside 0 to 1
 */
export function dropout(options: DropoutOptions): LayerFunction<Dropout> {
  return layerFunction(new Dropout(options));
}
