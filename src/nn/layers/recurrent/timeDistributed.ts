import type { Value } from "../../../engine/graph/graph.js";
import { reshape } from "../../../engine/ops/reshape.js";
import type { FieldsOf } from "../../../engine/options.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { Layer, type LayerFunction, type LayerOptions } from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { savedLayer } from "../base/saved.js";
import { describeInput, layerField, type Own, onlyInput, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";

export interface TimeDistributedOptions extends LayerOptions {
  /** What is applied to every step: a layer with one input and one output. */
  readonly layer: LayerFunction;
}

const fields = {
  layer: layerField(
    "a layer, for example dense({ units: 10 })",
    (layer): layer is Layer => layer instanceof Layer,
  ),
} satisfies FieldsOf<Own<TimeDistributedOptions>>;

/** The layer behind {@link timeDistributed}. Variables: those of the layer inside. */
export class TimeDistributed extends Layer {
  readonly type = "timeDistributed";
  readonly inner: Layer;

  constructor(options: TimeDistributedOptions) {
    super(options);
    this.inner = readLayerOptions("timeDistributed", options, fields).layer;
  }

  get config(): Config {
    return { layer: savedLayer(this.inner) };
  }

  override get children(): readonly Layer[] {
    return [this.inner];
  }

  protected override check(inputs: readonly OpenType[]): void {
    const x = onlyInput(this, inputs);
    if (x.shape.length < 3) {
      throw this.error(
        `expected (batch, time, …) with at least one axis behind time, received ${describeInput(x)}`,
      );
    }
  }

  protected override build([x]: readonly [OpenType]): void {
    this.inner.ensureBuilt([{ dtype: x.dtype, shape: [null, ...x.shape.slice(2)] }]);
  }

  override outputTypes([x]: readonly [OpenType]): readonly OpenType[] {
    const [batch = null, time = null, ...rest] = x.shape;
    const step = this.inner.inErrors(() => this.inner.typesFor([{ dtype: x.dtype, shape: [null, ...rest] }]));
    const [output, ...more] = step as readonly [OpenType, ...OpenType[]];
    if (more.length > 0) throw this.error(`${this.inner.label} gives several outputs; expected one`);
    return [{ dtype: output.dtype, shape: [batch, time, ...output.shape.slice(1)] }];
  }

  call([x]: readonly [Value], context: CallContext): Value {
    const [batch, time] = [x.size(0), x.size(1)];
    const steps = reshape(x, [batch * time, ...x.shape.slice(2)]);
    const [mask] = context.masks;
    const own = mask !== undefined && this.inner.takesSampleMask ? reshape(mask, [batch * time]) : undefined;
    const made = this.inner.inErrors(() =>
      this.inner.call(this.inner.taken([steps]), { ...context, masks: [own] }),
    );
    const output: Value = Array.isArray(made) ? made[0] : (made as Value);
    return reshape(output, [batch, time, ...output.shape.slice(1)]);
  }
}

/**
 * Applies a layer to every step of a sequence with the same weights.
 *
 * Takes `[batch, time, …]` and gives `[batch, time, …]`, where the layer takes and gives `[batch, …]`. Batch and
 * time become one axis for the layer, so all steps are computed at once; a mask is handed on, and a batch normalisation inside counts
 * the steps that it leaves alone. Frozen, it freezes the layer.
 *
 * @throws on an unknown option, and when called on a tensor of rank below 3
 */
export const timeDistributed = layerMaker(TimeDistributed, { wraps: ["layer"] });
