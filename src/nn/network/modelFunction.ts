import { ImagoError } from "../../engine/errors.js";
import { SymbolicTensor } from "../layers/base/symbolic.js";
import type { ModelLayer } from "./modelLayer.js";
import { type Like, matchNames, type Structure, unflatten } from "./structure.js";

/** A model as a layer: a function from tensors in the structure of its inputs to one of its outputs. */
export type ModelFunction<I extends Structure, O extends Structure> = Call<I, O>["call"] & {
  readonly layer: ModelLayer;
};

/** As a method, whose parameters the compiler compares both ways: so a model of any structure is a `Model`. */
interface Call<I extends Structure, O extends Structure> {
  call(inputs: Like<I, SymbolicTensor> | SymbolicTensor | readonly SymbolicTensor[]): Like<O, SymbolicTensor>;
}

/** @throws when an input is missing or has no name of the model's */
export function modelFunction<I extends Structure, O extends Structure>(
  layer: ModelLayer,
  outputs: O,
): ModelFunction<I, O> {
  const names = layer.functional.inputs.map(({ name }) => name);
  const call = (inputs: unknown): Like<O, SymbolicTensor> => {
    const isTensor = (candidate: unknown): boolean => candidate instanceof SymbolicTensor;
    const given = matchNames<SymbolicTensor>(layer.label, names, inputs, isTensor);
    const tensors = given.map((tensor, index) => {
      if (tensor !== undefined) return tensor;
      throw new ImagoError(`${layer.label}: there is no tensor for its input "${names[index]}"`);
    });
    const outputNames = layer.functional.outputs.map(({ name }) => name);
    return unflatten(outputs, outputNames, layer.apply(tensors));
  };
  return Object.assign(call, { layer });
}
