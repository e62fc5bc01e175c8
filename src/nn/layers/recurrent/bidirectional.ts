import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { concat } from "../../../engine/ops/concat.js";
import { mul } from "../../../engine/ops/mul.js";
import { accepting, alternatives, type FieldsOf, optional } from "../../../engine/options.js";
import type { DType } from "../../../engine/tensor/dtype.js";
import type { Config } from "../../config/config.js";
import type { CallContext } from "../base/context.js";
import { float32Inputs } from "../base/inputTypes.js";
import {
  Layer,
  type LayerFunction,
  type LayerOptions,
  layerFunction,
  type MultiOutputFunction,
  multiOutputFunction,
} from "../base/layer.js";
import { layerMaker } from "../base/layerMaker.js";
import { savedLayer } from "../base/saved.js";
import { layerField, type Own, readLayerOptions } from "../base/settings.js";
import type { OpenType } from "../base/symbolic.js";
import { Recurrent } from "./recurrent.js";

const mergeModes = ["concat", "sum", "mul", "ave"] as const;

/** How the outputs of both directions become one; `null` leaves them as two outputs. */
export type MergeMode = (typeof mergeModes)[number] | null;

/** A recurrent layer as `lstm`, `gru` and `simpleRNN` give it. */
type RecurrentFunction = { readonly layer: Layer };

export interface BidirectionalOptions extends LayerOptions {
  /** The layer that goes forwards. */
  readonly layer: RecurrentFunction;
  /** The layer that goes backwards. Default: one with the options of `layer`. */
  readonly backwardLayer?: RecurrentFunction | undefined;
  /** Default: concat. */
  readonly mergeMode?: MergeMode | undefined;
}

const recurrent = layerField(
  "a recurrent layer, for example lstm({ units: 32 })",
  (layer): layer is Recurrent => layer instanceof Recurrent,
);

const fields = {
  layer: recurrent,
  backwardLayer: optional(recurrent),
  mergeMode: accepting<MergeMode>(
    `${alternatives(mergeModes)} or null`,
    (value): value is MergeMode => [...mergeModes, null].some((mode) => mode === value),
    { fallback: "concat" },
  ),
} satisfies FieldsOf<Own<BidirectionalOptions>>;

/** The layer behind {@link bidirectional}. Variables: those of the forward layer, then of the backward one. */
export class Bidirectional extends Layer {
  readonly type = "bidirectional";
  readonly forward: Recurrent;
  readonly backward: Recurrent;
  readonly mergeMode: MergeMode;

  override inputTypes(given: readonly DType[]): readonly DType[] {
    return float32Inputs(given);
  }

  constructor(options: BidirectionalOptions) {
    super(options);
    const read = readLayerOptions("bidirectional", options, fields);
    this.forward = read.layer;
    this.backward = read.backwardLayer ?? read.layer.turned(undefined);
    this.mergeMode = read.mergeMode;
    this.#checkPair();
  }

  #checkPair(): void {
    const { settings: forward } = this.forward;
    const { settings: backward } = this.backward;
    if (forward.goBackwards === backward.goBackwards) {
      throw this.error(
        "one layer must go forwards and one backwards; give backwardLayer the option goBackwards: true",
      );
    }
    for (const option of ["returnSequences", "returnState", "stateful"] as const) {
      if (forward[option] !== backward[option]) {
        throw this.error(
          `both layers must have the same ${option}, received ${forward[option]} and ${backward[option]}`,
        );
      }
    }
  }

  get config(): Config {
    return {
      layer: savedLayer(this.forward),
      backwardLayer: savedLayer(this.backward),
      mergeMode: this.mergeMode,
    };
  }

  override get children(): readonly Layer[] {
    return [this.forward, this.backward];
  }

  override childName(child: Layer): string {
    return child === this.forward ? "forward" : "backward";
  }

  /** Whether calls give several outputs. */
  get hasSeveralOutputs(): boolean {
    return this.mergeMode === null || this.forward.settings.returnState;
  }

  protected override check([x, ...states]: readonly OpenType[]): void {
    const expected = this.forward.stateCount + this.backward.stateCount;
    if (x !== undefined && (states.length === 0 || states.length === expected)) return;
    throw this.error(
      `expected an input, or an input and ${expected} states (the forward layer's, then the backward layer's), ` +
        `received ${states.length + 1} inputs`,
    );
  }

  protected override build([x, ...states]: readonly [OpenType, ...OpenType[]]): void {
    const count = states.length === 0 ? 0 : this.forward.stateCount;
    this.forward.ensureBuilt([x, ...states.slice(0, count)]);
    this.backward.ensureBuilt([x, ...states.slice(count)]);
  }

  call([x, ...states]: readonly [Value, ...Value[]], context: CallContext): Value | readonly Value[] {
    const count = states.length === 0 ? 0 : this.forward.stateCount;
    const run = (layer: Recurrent, own: readonly Value[]): readonly Value[] => {
      const made = layer.inErrors(() =>
        layer.callInPlace([x, ...own], { ...context, masks: [context.masks[0]] }),
      );
      return Array.isArray(made) ? made : [made as Value];
    };
    const [ahead, ...aheadStates] = context.graph.scoped("forward", () =>
      run(this.forward, states.slice(0, count)),
    ) as [Value, ...Value[]];
    const [back, ...backStates] = context.graph.scoped("backward", () =>
      run(this.backward, states.slice(count)),
    ) as [Value, ...Value[]];
    const merged = merge(this.mergeMode, ahead, back);
    const all = [...merged, ...aheadStates, ...backStates];
    return this.hasSeveralOutputs ? all : (all[0] as Value);
  }

  override mask(
    _inputs: readonly Value[],
    context: CallContext,
    outputs: readonly Value[],
  ): readonly (Value | undefined)[] {
    const own = this.forward.settings.returnSequences ? context.masks[0] : undefined;
    const merged = this.mergeMode === null ? 2 : 1;
    return outputs.map((_, index) => (index < merged ? own : undefined));
  }
}

function merge(mode: MergeMode, ahead: Value, back: Value): Value[] {
  switch (mode) {
    case "concat":
      return [concat([ahead, back], { axis: ahead.rank - 1 })];
    case "sum":
      return [add(ahead, back)];
    case "mul":
      return [mul(ahead, back)];
    case "ave":
      return [mul(add(ahead, back), 0.5)];
    case null:
      return [ahead, back];
  }
}

interface MakeBidirectional {
  (options: BidirectionalOptions & { readonly mergeMode: null }): MultiOutputFunction<Bidirectional>;
  (options: BidirectionalOptions & { readonly layer: LayerFunction }): LayerFunction<Bidirectional>;
  (
    options: BidirectionalOptions & { readonly layer: MultiOutputFunction },
  ): MultiOutputFunction<Bidirectional>;
}

function make(options: BidirectionalOptions): LayerFunction | MultiOutputFunction {
  const layer = new Bidirectional(options);
  return layer.hasSeveralOutputs ? multiOutputFunction(layer) : layerFunction(layer);
}

/**
 * Goes through a sequence in both directions with two recurrent layers and merges what they give. Steps of a
 * returned sequence stand together by their place in the input.
 *
 * Takes `[batch, time, features]`, or that and first states, the forward layer's and then the backward layer's;
 * gives what the layers give, with `mergeMode: "concat"` twice as many features, with `null` two outputs; with
 * `returnState` also the last states of both.
 *
 * Schuster and Paliwal, "Bidirectional recurrent neural networks", 1997.
 *
 * @throws on an unknown option, a layer that is not recurrent, and layers that do not fit together
 */
export const bidirectional = layerMaker(Bidirectional, {
  make: make as MakeBidirectional,
  wraps: ["layer", "backwardLayer"],
});
