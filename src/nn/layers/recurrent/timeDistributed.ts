import type { Value } from "../../../engine/graph/graph.js";
import { and } from "../../../engine/ops/and.js";
import { cast } from "../../../engine/ops/cast.js";
import { expand } from "../../../engine/ops/expand.js";
import { greater } from "../../../engine/ops/greater.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceMax } from "../../../engine/ops/reduceMax.js";
import { reshape } from "../../../engine/ops/reshape.js";
import type { FieldsOf } from "../../../engine/options.js";
import type { Config } from "../../config/config.js";
import { type CallContext, samplesOf } from "../base/context.js";
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
  /** The masks of the outputs that calls made. */
  readonly #masks = new WeakMap<Value, Value>();

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
    const count = batch * time;
    const merged = (value: Value): Value => reshape(value, [count, ...value.shape.slice(2)]);
    const [given] = context.masks;
    const inside: CallContext = {
      ...context,
      // Of a mask `[batch, time]` nothing is left for what lies along a step's own axes.
      masks: [given === undefined || given.rank < 3 ? undefined : merged(given)],
      sampleMask: sampleMask(context, [batch, time]),
      // What a layer adds is a mean over the batch, which counts the steps here: their sum is wanted.
      addLoss: (loss) => context.addLoss(mul(loss, time)),
    };
    const [output, mask] = this.inner.inErrors(() => this.#callInner(merged(x), inside));
    const made = reshape(output, [batch, time, ...output.shape.slice(1)]);
    if (given !== undefined) {
      this.#masks.set(
        made,
        mask === undefined ? anyOf(given) : reshape(mask, [batch, time, ...mask.shape.slice(1)]),
      );
    }
    return made;
  }

  #callInner(steps: Value, inside: CallContext): readonly [Value, Value | undefined] {
    const taken = this.inner.taken([steps]);
    const made = this.inner.call(taken, inside);
    const outputs: readonly Value[] = Array.isArray(made) ? made : [made as Value];
    return [outputs[0] as Value, this.inner.mask(taken, inside, outputs)[0]];
  }

  /** The mask that the layer inside hands on; else a step counts where anything in it does. None without one in front. */
  override mask(
    _inputs: readonly Value[],
    _context: CallContext,
    outputs: readonly Value[],
  ): readonly (Value | undefined)[] {
    return outputs.map((output) => this.#masks.get(output));
  }
}

/** Where anything behind the axes of batch and time counts: `[batch, time]`. */
function anyOf(mask: Value): Value {
  if (mask.rank < 3) return mask;
  const axes = Array.from({ length: mask.rank - 2 }, (_, at) => at + 2);
  return greater(reduceMax(cast(mask, "float32"), { axes }), 0);
}

/** Which of the steps, as samples of the layer inside, count: `[batch · time]`. */
function sampleMask(context: CallContext, [batch, time]: readonly [number, number]): Value | undefined {
  const own = context.masks[0] && anyOf(context.masks[0]);
  const around = samplesOf(context, batch);
  const outer = around && expand(reshape(around, [batch, 1]), [batch, time]);
  const both = own && outer ? and(own, outer) : (own ?? outer);
  return both && reshape(both, [batch * time]);
}

/**
 * Applies a layer to every step of a sequence with the same weights.
 *
 * Takes `[batch, time, …]` and gives `[batch, time, …]`, where the layer takes and gives `[batch, …]`. Batch and
 * time become one axis for the layer, so all steps are computed at once. Of a mask `[batch, time, …]` the layer gets what lies
 * behind time, and a batch normalisation, however deep inside, counts only the steps in which anything is left. The output has the
 * layer's mask, or one that leaves out the steps in which nothing counts. What the layer adds to the loss is added up over the
 * steps. Frozen, it freezes the layer.
 *
 * @throws on an unknown option, and when called on a tensor of rank below 3
 */
export const timeDistributed = layerMaker(TimeDistributed, { wraps: ["layer"] });
