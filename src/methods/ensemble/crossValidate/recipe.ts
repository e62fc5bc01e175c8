import { ImagoError, messageOf } from "../../../engine/errors.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { restoreModel } from "../../../nn/models/deserialize.js";
import { Model } from "../../../nn/models/model.js";
import type { SavedArchitecture } from "../../../nn/models/serialize.js";
import type { BuildNetwork, BuiltNetwork } from "./options.js";

/** What makes a network in whatever process: itself, as it is before training, or the module that builds it. */
export type Recipe =
  | {
      readonly kind: "saved";
      readonly architecture: SavedArchitecture;
      readonly weights: Readonly<Record<string, Tensor>>;
    }
  | { readonly kind: "module"; readonly module: string; readonly name: string; readonly seed: number };

/** @throws ImagoError where the module has no such function, or what it builds is no compiled network */
export async function openRecipe(where: string, recipe: Recipe): Promise<BuiltNetwork> {
  if (recipe.kind === "saved") {
    return { model: restoreModel(recipe.architecture, received(recipe.weights)) };
  }
  const { module, name, seed } = recipe;
  const exports = await opened(where, module);
  const build = exports[name];
  if (typeof build !== "function") {
    throw new ImagoError(`${where}: ${module} exports no function "${name}".`, {
      help: `It exports: ${Object.keys(exports).join(", ") || "nothing"}.`,
    });
  }
  return builtBy(where, build as BuildNetwork, seed);
}

async function opened(where: string, module: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(module);
  } catch (cause) {
    const why = messageOf(cause);
    throw new ImagoError(`${where}: the module ${module} could not be loaded: ${why}`, { cause });
  }
}

/** @throws ImagoError where it throws, and where it builds no compiled network */
export async function builtBy(where: string, build: BuildNetwork, seed: number): Promise<BuiltNetwork> {
  const built: unknown = await called(where, build, seed);
  const whole = built instanceof Model ? { model: built } : (built as Partial<BuiltNetwork> | undefined);
  if (whole?.model instanceof Model && whole.model.isCompiled) return whole as BuiltNetwork;
  throw new ImagoError(`${where}: build must give a compiled Model, or { model, callbacks } with one.`);
}

async function called(where: string, build: BuildNetwork, seed: number): Promise<unknown> {
  try {
    return await build(seed);
  } catch (cause) {
    const why = messageOf(cause);
    throw new ImagoError(`${where}: build(${seed}) threw: ${why}`, { cause });
  }
}

/** Tensors as other processes send them: their parts alone. */
export function received(sent: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const entries = Object.entries(sent).map(([name, tensor]) => [name, receivedTensor(tensor)] as const);
  return Object.fromEntries(entries);
}

export function receivedTensor({ dtype, shape, data }: Tensor): Tensor {
  return new Tensor(dtype, shape, data);
}
