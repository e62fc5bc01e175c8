import type { Value } from "../../engine/graph/graph.js";
import { formatType } from "../../engine/tensor/tensor.js";
import type { Config } from "../config/config.js";
import type { CallContext } from "../layers/base/context.js";
import { Layer, type LayerOptions } from "../layers/base/layer.js";
import { describeInput } from "../layers/base/settings.js";
import type { OpenType, SymbolicTensor } from "../layers/base/symbolic.js";
import type { Functional } from "./functional.js";
import { trace } from "./trace.js";

export interface ModelLayerOptions extends LayerOptions {
  /** Whether the name may be numbered, `model_1`, where another layer has it: the one of a model that was not named as a layer. Default: false. */
  readonly numbered?: boolean | undefined;
}

/** A model inside another: it emits all its layers at each call, with the same weights. */
export class ModelLayer extends Layer {
  readonly type = "model";
  readonly functional: Functional;
  readonly isNumbered: boolean;
  /** The masks of the outputs that calls made. */
  readonly #masks = new WeakMap<Value, Value>();

  constructor(functional: Functional, options: ModelLayerOptions) {
    super(options);
    this.functional = functional;
    this.isNumbered = options.numbered ?? false;
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

  protected override check(given: readonly OpenType[]): void {
    const { inputs } = this.functional;
    if (given.length !== inputs.length) {
      const names = inputs.map(({ name }) => name).join(", ");
      throw this.error(`expected ${inputs.length} inputs (${names}), received ${given.length}`);
    }
    inputs.forEach(({ name, tensor }, index) => {
      const input = given[index] as OpenType;
      const fits =
        input.dtype === tensor.dtype &&
        input.shape.length === tensor.shape.length &&
        tensor.shape.every((size, axis) => size === null || size === input.shape[axis]);
      if (fits) return;
      throw this.error(
        `input "${name}": expected ${formatType(tensor)}, received ${input.dtype} ${describeInput(input)}`,
      );
    });
  }

  /** Layer by layer, so that each says for itself what it makes of open sizes. */
  override outputTypes(given: readonly OpenType[]): readonly OpenType[] {
    const { inputs, outputs, calls } = this.functional;
    const types = new Map<SymbolicTensor, OpenType>();
    inputs.forEach(({ tensor }, index) => {
      types.set(tensor, given[index] as OpenType);
    });
    for (const call of calls) {
      if (call.inputs.length === 0 || call.outputs.every((output) => types.has(output))) continue;
      const own = call.inputs.map((input) => types.get(input) as OpenType);
      const made = call.layer.inErrors(() => call.layer.typesFor(own));
      call.outputs.forEach((output, index) => {
        types.set(output, made[index] as OpenType);
      });
    }
    return outputs.map(({ tensor }) => types.get(tensor) as OpenType);
  }

  call(inputs: readonly Value[], context: CallContext): readonly Value[] {
    const { outputs, masks } = trace(this.functional, inputs, context, context.masks);
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
