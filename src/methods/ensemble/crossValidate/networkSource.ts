import { ImagoError, messageOf } from "../../../engine/errors.js";
import { moduleUrl } from "../../../engine/workers/moduleUrl.node.js";
import { restoreModel } from "../../../nn/models/deserialize.js";
import type { Model } from "../../../nn/models/model.js";
import { saveArchitecture, weightsOf } from "../../../nn/models/serialize.js";
import { freshWeights } from "./freshWeights.js";
import type { BuildNetwork, BuiltNetwork, MembersSettings } from "./options.js";
import { builtBy, openRecipe, type Recipe } from "./recipe.js";

/** Where the networks come from: the same seed gives the same one. */
export interface NetworkSource {
  /** Why networks can be trained in this process alone; nothing where others can, too. */
  readonly boundBy: string | undefined;
  /** What another process makes the network of; not where the source is bound. */
  recipe(seed: number): Promise<Recipe>;
  /** The network before training. */
  build(seed: number): Promise<BuiltNetwork>;
}

/**
 * @param seed one that a network will have, to try
 * @throws ImagoError where not exactly one source is given, a model is not compiled or cannot be copied, or what is built is
 *   no compiled network
 */
export async function openSource(
  where: string,
  settings: Pick<MembersSettings, "model" | "build" | "module" | "keepWeights">,
  seed: number,
): Promise<NetworkSource> {
  const { model, build, module, keepWeights } = settings;
  const given = [model, build, module].filter((one) => one !== undefined).length;
  if (given !== 1) {
    throw new ImagoError(`${where}: expected one of model, build and module, received ${given} of them.`);
  }
  if (keepWeights && model === undefined) {
    throw new ImagoError(`${where}: keepWeights is for model; build sets the weights of what it builds.`);
  }
  if (model !== undefined) return modelSource(where, model, keepWeights);
  if (build !== undefined) return buildSource(where, build, seed);
  const { path, export: name } = module as NonNullable<typeof module>;
  return moduleSource(where, moduleUrl(`${where}: module`, "path", path), name);
}

function modelSource(where: string, model: Model, keepWeights: boolean): NetworkSource {
  // Before anything is made: this throws where it is not compiled.
  void model.compiled;
  const why = whyBound({ model });
  if (why !== undefined) {
    throw new ImagoError(`${where}: the model cannot be copied: ${why}`, {
      help: "Give build, a function that builds one for each member, or a module that exports it.",
    });
  }
  const first = Object.entries(weightsOf(model)).map(([path, value]) => [path, value.clone()] as const);
  const architecture = saveArchitecture(model);
  const recipe = async (seed: number): Promise<Recipe> => ({
    kind: "saved",
    architecture: { ...architecture, seed },
    weights: keepWeights ? Object.fromEntries(first) : freshWeights(model, seed),
  });
  return {
    boundBy: undefined,
    recipe,
    build: async (seed) => openRecipe(where, await recipe(seed)),
  };
}

async function buildSource(where: string, build: BuildNetwork, first: number): Promise<NetworkSource> {
  const own = (seed: number): Promise<BuiltNetwork> => builtBy(where, build, seed);
  const recipe = async (seed: number): Promise<Recipe> => {
    const { model, callbacks = [] } = await own(seed);
    if (callbacks.length > 0) {
      throw new ImagoError(
        `${where}: build gives callbacks with some seeds only, which workers cannot be sent.`,
        {
          help: "Give a module that exports build, or workers: 0.",
        },
      );
    }
    return { kind: "saved", architecture: saveArchitecture(model), weights: weightsOf(model) };
  };
  return { boundBy: whyBound(await own(first)), recipe, build: own };
}

function moduleSource(where: string, module: string, name: string): NetworkSource {
  const recipe = async (seed: number): Promise<Recipe> => ({ kind: "module", module, name, seed });
  return {
    boundBy: undefined,
    recipe,
    build: async (seed) => openRecipe(where, await recipe(seed)),
  };
}

/** Why a network cannot be made again of what is saved of it. */
function whyBound({ model, callbacks = [] }: BuiltNetwork): string | undefined {
  if (callbacks.length > 0) return "callbacks cannot be sent to another process.";
  try {
    restoreModel(saveArchitecture(model), weightsOf(model));
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
