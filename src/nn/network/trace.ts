import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import type { Shape } from "../../engine/tensor/shape.js";
import { formatShape } from "../../engine/tensor/shape.js";
import type { CallContext } from "../layers/base/context.js";
import type { LayerCall, SymbolicTensor } from "../layers/base/symbolic.js";
import type { Functional } from "./functional.js";

/** What a traced model computed, with the masks that its outputs carry. */
export interface Traced {
  readonly outputs: readonly Value[];
  readonly masks: readonly (Value | undefined)[];
  /** Every symbolic tensor's value, for taking out what is in between. */
  readonly values: ReadonlyMap<SymbolicTensor, Value>;
}

/**
 * Emits a functional model's operators at the concrete shapes of `inputs`.
 *
 * @param context what all layers are given; the masks are added for each call
 * @param inputMasks a mask for each input, where a model is used as a layer inside another
 */
export function trace(
  { inputs: names, outputs, calls, nameOf }: Functional,
  inputs: readonly Value[],
  context: Omit<CallContext, "masks">,
  inputMasks: readonly (Value | undefined)[] = [],
): Traced {
  const values = new Map<SymbolicTensor, Value>();
  const masks = new Map<SymbolicTensor, Value>();
  names.forEach(({ name, tensor }, index) => {
    const value = inputs[index] as Value;
    checkInput(name, tensor, value.shape);
    values.set(tensor, value);
    const mask = inputMasks[index];
    if (mask !== undefined) masks.set(tensor, mask);
  });
  for (const call of calls) {
    if (call.outputs.every((output) => values.has(output)) || call.inputs.length === 0) continue;
    context.graph.scoped(nameOf.get(call.layer) as string, () => traceCall(call, context, values, masks));
  }
  return {
    outputs: outputs.map(({ tensor }) => values.get(tensor) as Value),
    masks: outputs.map(({ tensor }) => masks.get(tensor)),
    values,
  };
}

function traceCall(
  { layer, inputs, outputs }: LayerCall,
  context: Omit<CallContext, "masks">,
  values: Map<SymbolicTensor, Value>,
  masks: Map<SymbolicTensor, Value>,
): void {
  const given = layer.taken(inputs.map((input) => values.get(input) as Value));
  const own: CallContext = { ...context, masks: inputs.map((input) => masks.get(input)) };
  const made = layer.inErrors(() => layer.call(given, own));
  const list: readonly Value[] = Array.isArray(made) ? made : [made as Value];
  context.observe?.({ layer, path: context.graph.scope.replace(/\/$/, ""), inputs: given, outputs: list });
  const madeMasks = layer.mask(given, own, list);
  outputs.forEach((output, index) => {
    values.set(output, list[index] as Value);
    const mask = madeMasks[index];
    if (mask !== undefined) masks.set(output, mask);
  });
}

/** @throws when a concrete shape does not fit the symbolic tensor it is for */
export function checkInput(name: string, { shape, dtype }: SymbolicTensor, given: Shape): void {
  const fits =
    shape.length === given.length && shape.every((size, axis) => size === null || size === given[axis]);
  if (fits) return;
  throw new ImagoError(
    `input "${name}": expected ${dtype} of shape ${formatShape(shape)} (?: any size), received ${formatShape(given)}`,
  );
}
