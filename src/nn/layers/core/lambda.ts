import { ImagoError } from "../../../engine/errors.js";
import type { Value } from "../../../engine/graph/graph.js";
import { callable, type FieldsOf, optional, refusal } from "../../../engine/options.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { Layer, type LayerFunction, type LayerOptions, layerFunction } from "../base/layer.js";
import { type Own, readLayerOptions } from "../base/settings.js";

/** Emits operators from the inputs' values, which have concrete shapes. */
export type LambdaFunction = (inputs: readonly Value[], context: CallContext) => Value;

export interface LambdaOptions extends LayerOptions {
  /** The mask that the layers behind receive. Default: none, a mask ends here. */
  readonly mask?: ((inputs: readonly Value[], context: CallContext) => Value | undefined) | undefined;
}

const fields = {
  mask: optional(callable<NonNullable<LambdaOptions["mask"]>>()),
} satisfies FieldsOf<Own<LambdaOptions>>;

/** The layer behind {@link lambda}. */
export class Lambda extends Layer {
  readonly type = "lambda";
  readonly #function: LambdaFunction;
  readonly #mask: LambdaOptions["mask"];

  constructor(run: LambdaFunction, options: LambdaOptions) {
    super(options);
    const { mask } = readLayerOptions("lambda", options, fields);
    if (typeof run !== "function") {
      throw refusal(
        this.label,
        "run",
        "a function of the inputs' values, as in lambda(([x]) => square(x))",
        run,
      );
    }
    this.#function = run;
    this.#mask = mask;
  }

  /** @throws always: a function is not data */
  get config(): Config {
    throw new ImagoError(
      `${this.label} cannot be saved, because a function is not data. Save the weights alone, or make the ` +
        "computation a class that extends Layer, with a config, and give its type when loading.",
    );
  }

  call(inputs: readonly Value[], context: CallContext): Value {
    return this.#function(inputs, context);
  }

  override mask(inputs: readonly Value[], context: CallContext): readonly (Value | undefined)[] {
    return [this.#mask?.(inputs, context)];
  }
}

/**
 * A function on values as a layer without weights: it emits operators, and its gradient follows from theirs.
 * A model with one cannot be saved whole.
 *
 * @throws on an unknown option
 */
export function lambda(run: LambdaFunction, options: LambdaOptions = {}): LayerFunction<Lambda> {
  return layerFunction(new Lambda(run, options));
}
