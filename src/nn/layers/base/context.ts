import type { Graph, Value } from "../../../engine/graph/graph.js";
import type { Shape } from "../../../engine/tensor/shape.js";
import type { Variable } from "./variable.js";

/** What a layer's `call` is given besides its inputs. */
export interface CallContext {
  readonly graph: Graph;
  /** Whether the graph is for training: dropout drops, batch normalisation uses the batch's statistics. */
  readonly training: boolean;
  /** Whether the layer of a variable was frozen, or one around it, when the network was compiled, so that statistics keep their values. */
  isFrozen(variable: Variable): boolean;
  /** For each input its mask, a bool `[batch, time]` in which false marks steps to skip; where there is one. */
  readonly masks: readonly (Value | undefined)[];
  /**
   * A bool `[batch]` in which false marks samples that count in no statistic: steps of a sequence that are samples to the layers
   * inside a wrapper. Default: all count.
   */
  readonly sampleMask?: Value | undefined;
  /** A variable's elements in this graph. */
  weight(variable: Variable): Value;
  /** What a variable becomes when the graph has run: a moving statistic in training, a state always. */
  update(variable: Variable, value: Value): void;
  /** Uniform float32 numbers in [0, 1), other ones at every run. */
  random(shape: Shape): Value;
  /**
   * Says that a statistic of the batch may be one of a part of it, where a batch is split and training was told so. Without it a
   * layer whose samples depend on each other has its batches whole. Default: nobody listens.
   */
  readonly ofPart?: ((statistic: Value) => void) | undefined;
  /** Adds a scalar to the loss, in training and evaluation. */
  addLoss(loss: Value): void;
  /** Told of each layer's call in a model once it is emitted, calls inside a layer first. Default: nobody is. */
  readonly observe?: ((call: EmittedCall) => void) | undefined;
}

/** The context's {@link CallContext.sampleMask}, unless a layer has put the samples together otherwise, so that it is not theirs. */
export function samplesOf({ sampleMask }: CallContext, batch: number): Value | undefined {
  return sampleMask?.size(0) === batch ? sampleMask : undefined;
}

/** A layer's call as it stands in a graph. */
export interface EmittedCall {
  readonly layer: { readonly type: string; readonly variables: readonly Variable[] };
  /** The layer's name in its model, behind those of the models around it: `encoder/dense_1`. */
  readonly path: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}
