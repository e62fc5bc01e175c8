import type { DType } from "../../../engine/tensor/dtype.js";
import type { Layer } from "./layer.js";
import type { OpenShape, OpenType } from "./openType.js";

export type { OpenShape, OpenType } from "./openType.js";

/** A tensor that a layer will make: what layers are called on to build a functional model. */
export class SymbolicTensor implements OpenType {
  readonly shape: OpenShape;
  readonly dtype: DType;
  /** The call of a layer that makes it. */
  readonly call: LayerCall;
  /** Which of the call's outputs it is. */
  readonly index: number;

  constructor(type: OpenType, call: LayerCall, index: number) {
    this.shape = Object.freeze([...type.shape]);
    this.dtype = type.dtype;
    this.call = call;
    this.index = index;
  }

  get rank(): number {
    return this.shape.length;
  }
}

/** One call of a layer. A layer that is called again shares its weights among its calls. */
export class LayerCall {
  readonly layer: Layer;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];

  constructor(layer: Layer, inputs: readonly SymbolicTensor[], outputs: readonly OpenType[]) {
    this.layer = layer;
    this.inputs = inputs;
    this.outputs = outputs.map((type, index) => new SymbolicTensor(type, this, index));
  }
}
