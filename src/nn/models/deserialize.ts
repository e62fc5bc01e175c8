import { ImagoError } from "../../engine/errors.js";
import { byName, callable, type FieldsOf, flag, optional } from "../../engine/options.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { isDType } from "../../engine/tensor/dtype.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { Config } from "../config/config.js";
import { Layer } from "../layers/base/layer.js";
import { type LayerFactory, type LayerTypes, restoreLayer } from "../layers/base/layerMaker.js";
import type { SavedLayer } from "../layers/base/saved.js";
import { LayerCall, type SymbolicTensor } from "../layers/base/symbolic.js";
import { InputLayer } from "../layers/core/input.js";
import { layerTypes } from "../layers/table.js";
import { functional } from "../network/functional.js";
import { ModelLayer } from "../network/modelLayer.js";
import { modelVariables } from "../network/modelVariables.js";
import type { NamedTensor, Structure } from "../network/structure.js";
import { checkArchitecture, checkInnerGraph } from "./checkArchitecture.js";
import { runtimeField } from "./fields.js";
import { type CompileOptions, Model } from "./model.js";
import type {
  SavedArchitecture,
  SavedGraph,
  SavedInput,
  SavedReference,
  StructureKind,
} from "./serialize.js";
import { setWeights } from "./serialize.js";

export interface RestoreOptions {
  readonly runtime?: Runtime | undefined;
  /** Factories of layers that are not Imago's own, by their types. */
  readonly customLayers?: LayerTypes | undefined;
}

/** How {@link RestoreOptions} are read. */
export const restoreFields = {
  runtime: runtimeField,
  customLayers: optional(byName(callable<LayerFactory>(), "factories of layers by their types")),
} satisfies FieldsOf<RestoreOptions>;

const isNumbered = flag(false);

/**
 * A model from what `saveArchitecture` and `weightsOf` gave.
 *
 * @throws on an architecture without the form of one, on an unknown type of layer, on configs that a layer refuses, and on weights that do not fit
 */
export function restoreModel(
  architecture: SavedArchitecture,
  weights: Readonly<Record<string, Tensor>>,
  options: RestoreOptions = {},
): Model {
  checkArchitecture(architecture);
  const { name, seed, layers, graph, structure, compile } = architecture;
  const { inputs, outputs } = new Rebuild(layers, { ...layerTypes, ...options.customLayers }).graph(graph);
  // Before the model is made, so that it draws no first weights in vain.
  setWeights(modelVariables(functional(inputs, outputs)), weights);
  const made = new Model<Structure, Structure>({
    inputs: structured(structure.inputs, inputs),
    outputs: structured(structure.outputs, outputs),
    name,
    seed,
    runtime: options.runtime,
  });
  if (compile !== undefined) made.compile(compileOptions(compile));
  return made;
}

function structured(kind: StructureKind, named: readonly NamedTensor[]): Structure {
  const tensors = named.map(({ tensor }) => tensor);
  if (kind === "single") return tensors[0] as SymbolicTensor;
  return kind === "list"
    ? tensors
    : Object.fromEntries(named.map(({ name, tensor }) => [name, tensor] as const));
}

function compileOptions({
  optimizer,
  heads,
}: NonNullable<SavedArchitecture["compile"]>): CompileOptions<Structure> {
  // By position, which needs no names of outputs.
  return {
    optimizer,
    loss: heads.map(({ loss }) => loss),
    lossWeights: heads.map(({ weight }) => weight),
    metrics: heads.map(({ metrics }) => metrics),
    weightedMetrics: heads.map(({ weightedMetrics }) => weightedMetrics),
  } as CompileOptions<Structure>;
}

/** The place of a tensor at which a model was cut out of a larger one. */
class Cut extends Layer {
  readonly type = "cut";

  get config(): Config {
    return {};
  }

  call(): never {
    throw new ImagoError("a cut is not called");
  }
}

/** Makes layers at their first use and calls them as they were called. */
class Rebuild {
  readonly #saved: readonly SavedLayer[];
  readonly #types: LayerTypes;
  readonly #made = new Map<number, Layer>();

  constructor(saved: readonly SavedLayer[], types: LayerTypes) {
    this.#saved = saved;
    this.#types = { ...types, model: this.#model };
  }

  graph({ inputs, calls, outputs }: SavedGraph): { inputs: NamedTensor[]; outputs: NamedTensor[] } {
    const tensors: (readonly SymbolicTensor[])[] = inputs.map((input) => [this.#input(input)]);
    const at = ([source, output]: SavedReference): SymbolicTensor => {
      const found = tensors[source]?.[output];
      if (found === undefined) throw new ImagoError(`there is no tensor [${source}, ${output}]`);
      return found;
    };
    for (const call of calls) tensors.push(this.#layer(call.layer).apply(call.inputs.map(at)));
    return {
      inputs: inputs.map(({ name }, index) => ({ name, tensor: at([index, 0]) })),
      outputs: outputs.map(({ name, from }) => ({ name, tensor: at(from) })),
    };
  }

  #input(input: SavedInput): SymbolicTensor {
    if ("layer" in input) {
      const layer = this.#layer(input.layer);
      if (layer instanceof InputLayer) return layer.make();
      throw new ImagoError(`input "${input.name}": layer ${input.layer} is no input`);
    }
    const { dtype, shape, as } = input;
    if (!isDType(dtype)) throw new ImagoError(`input "${input.name}": unknown element type "${dtype}"`);
    return new LayerCall(new Cut({ name: as }), [], [{ dtype, shape }]).outputs[0] as SymbolicTensor;
  }

  #layer(place: number): Layer {
    const known = this.#made.get(place);
    if (known !== undefined) return known;
    const saved = this.#saved[place];
    if (saved === undefined) throw new ImagoError(`there is no layer ${place}`);
    const made = restoreLayer(saved, this.#types);
    this.#made.set(place, made);
    return made;
  }

  /** A model as a layer, whose layers are those of the one table. */
  readonly #model: LayerFactory = ({ graph, numbered: given }, name, trainable) => {
    checkInnerGraph(graph);
    const { inputs, outputs } = this.graph(graph);
    const numbered = isNumbered.read("the saved model inside", "numbered", given);
    return new ModelLayer(functional(inputs, outputs), { name, trainable, numbered });
  };
}
