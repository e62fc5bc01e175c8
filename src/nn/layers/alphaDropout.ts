import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { greaterOrEqual } from "../../engine/ops/greaterOrEqual.js";
import { mul } from "../../engine/ops/mul.js";
import { where } from "../../engine/ops/where.js";
import { number, optional } from "../config/options.js";
import type { Config } from "../initializers/initializer.js";
import type { CallContext } from "./context.js";
import { checkNoiseShape, concreteNoiseShape, noiseShape } from "./dropout.js";
import { Layer, type LayerFunction, type LayerOptions, layerFunction } from "./layer.js";
import { onlyInput, readLayerOptions, settingsConfig } from "./settings.js";
import type { OpenShape, OpenType } from "./symbolic.js";

export interface AlphaDropoutOptions extends LayerOptions {
  /** Share of the elements that are dropped, from 0 to below 1. */
  readonly rate: number;
  /** As in dropout. Default: the input's shape. */
  readonly noiseShape?: OpenShape | undefined;
}

/** What selu tends to at −∞: minus its scale times its alpha. */
const saturation = -1.0507009873554805 * 1.6732632423543772;

interface Settings {
  readonly rate: number;
  readonly noiseShape: OpenShape | undefined;
}

/** The layer behind {@link alphaDropout}. */
export class AlphaDropout extends Layer {
  readonly type = "alphaDropout";
  readonly #settings: Settings;

  constructor(options: AlphaDropoutOptions) {
    super(options);
    this.#settings = readLayerOptions<Settings>("alphaDropout", options, {
      rate: number({ min: 0, below: 1 }),
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
    const kept = greaterOrEqual(context.random(concreteNoiseShape(given, x.shape)), rate);
    const scale = ((1 - rate) * (1 + rate * saturation ** 2)) ** -0.5;
    return add(mul(where(kept, x, saturation), scale), -scale * saturation * rate);
  }
}

/**
 * Dropout for selu networks: dropped elements become selu's limit at −∞, and a scale and shift keep mean 0 and
 * variance 1 (Klambauer et al. 2017). Elsewhere than in training it gives its input.
 *
 * Takes any shape and gives the same.
 *
 * @throws on an unknown option and on a rate outside 0 to below 1
 */
export function alphaDropout(options: AlphaDropoutOptions): LayerFunction<AlphaDropout> {
  return layerFunction(new AlphaDropout(options));
}
