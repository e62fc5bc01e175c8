import type { Value } from "../../engine/graph/graph.js";
import type { Config } from "../initializers/initializer.js";
import type { CallContext } from "../layers/context.js";
import { Layer, type LayerOptions } from "../layers/layer.js";
import type { Functional } from "./functional.js";
import { trace } from "./trace.js";

/** A model inside another: it emits all its layers at each call, with the same weights. */
export class ModelLayer extends Layer {
  readonly type = "model";
  readonly functional: Functional;
  /** The masks of the outputs that calls made. */
  readonly #masks = new WeakMap<Value, Value>();

  constructor(functional: Functional, options: LayerOptions) {
    super(options);
    this.functional = functional;
  }

  get config(): Config {
    return {};
  }

  override get children(): readonly Layer[] {
    return this.functional.layers;
  }

  override childName(child: Layer): string {
    return this.functional.nameOf.get(child) ?? super.childName(child);
  }

  call(inputs: readonly Value[], context: CallContext): readonly Value[] {
    const inner = { ...context, frozen: context.frozen === true || !this.trainable };
    const { outputs, masks } = trace(this.functional, inputs, inner, context.masks);
    outputs.forEach((output, index) => {
      const mask = masks[index];
      if (mask !== undefined) this.#masks.set(output, mask);
    });
    return outputs;
  }

  override mask(
    _inputs: readonly Value[],
    _context: CallContext,
    outputs: readonly Value[],
  ): readonly (Value | undefined)[] {
    return outputs.map((output) => this.#masks.get(output));
  }
}
