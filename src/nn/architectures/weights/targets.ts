import type { Layer } from "../../layers/base/layer.js";
import type { SymbolicTensor } from "../../layers/base/symbolic.js";
import type { Variable } from "../../layers/base/variable.js";
import type { Functional } from "../../network/functional.js";
import type { Network } from "../../network/network.js";
import type { Flattened } from "./layouts.js";

/** A weight that a file may have a value for. */
export interface Target {
  readonly path: string;
  readonly variable: Variable;
  readonly layer: Layer;
  /** The layer's name, as it stands in the path. */
  readonly name: string;
  /** Of a fully connected layer behind an image that was made flat. */
  readonly flattened: Flattened | undefined;
}

/** A model's weights and statistics; states that calls carry on belong to no file. */
export function targetsOf(model: Network): readonly Target[] {
  const flat = flattenedInputs(model.functional);
  return model.variables
    .filter(({ variable }) => !variable.isState)
    .map(({ path, variable, layer }) => {
      const name = path.split("/").at(-2) ?? path;
      return { path, variable, layer, name, flattened: flat.get(layer) };
    });
}

/** Images that fully connected layers read as rows. */
export function flattenedInputs({ calls }: Functional): ReadonlyMap<Layer, Flattened> {
  const found = calls
    .filter(({ layer }) => layer.type === "dense")
    .map(({ layer, inputs: [input] }) => [layer, imageBefore(input)] as const)
    .filter((entry): entry is [Layer, Flattened] => entry[1] !== undefined);
  return new Map(found);
}

function imageBefore(tensor: SymbolicTensor | undefined): Flattened | undefined {
  let call = tensor?.call;
  while (call?.layer.type === "dropout") call = call.inputs[0]?.call;
  if (call?.layer.type !== "flatten") return undefined;
  const [, height, width, channels, ...more] = call.inputs[0]?.shape ?? [];
  const isKnown = typeof height === "number" && typeof width === "number" && typeof channels === "number";
  return isKnown && more.length === 0 ? [height, width, channels] : undefined;
}
