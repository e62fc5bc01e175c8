import { ImagoError } from "../../engine/errors.js";
import type { Graph, Value } from "../../engine/graph/graph.js";
import { decode } from "../../engine/onnx/proto/decode.js";
import type { ModelRecord } from "../../engine/onnx/proto/records.js";
import { modelProto } from "../../engine/onnx/proto/schema.js";
import { describeModel, type ModelDescription, type OnnxPort } from "../../engine/onnx/read/describe.js";
import type { ExternalData } from "../../engine/onnx/read/externalBytes.js";
import { type ImportedModel, type ReadOptions, readAsFar, readModel } from "../../engine/onnx/read/read.js";
import { fileFields, sizeFields } from "../../engine/onnx/read/readOptions.js";
import { extractModel } from "../../engine/onnx/splice/extract.js";
import { accepting, type FieldsOf, flag, optional, readOptions } from "../../engine/options.js";
import { isFloat } from "../../engine/tensor/dtype.js";
import type { Shape } from "../../engine/tensor/shape.js";
import type { TensorType } from "../../engine/tensor/tensor.js";
import {
  type LayerFunction,
  type LayerOptions,
  layerFunction,
  type MultiOutputFunction,
  multiOutputFunction,
} from "../layers/base/layer.js";
import { type Own, readLayerOptions } from "../layers/base/settings.js";
import { OnnxLayer, toBase64 } from "../layers/core/onnx.js";

export interface OnnxModelOptions {
  /** What errors call the file. Default: `"model.onnx"`. */
  readonly name?: string | undefined;
  /** Reads tensor data that lie in other files. Default: such a model is refused. */
  readonly externalData?: ExternalData | undefined;
}

/** Concrete sizes for what a file leaves open. */
export interface OnnxSizes {
  /** Whole shapes of inputs by name; they may differ from what the file declares, as convolutions allow. */
  readonly inputShapes?: Readonly<Record<string, Shape>> | undefined;
  /** Open sizes by the names that the file gives them. Default: 1 for the first axis of an input, named or not. */
  readonly dimensions?: Readonly<Record<string, number>> | undefined;
}

/** A result inside a network that depends on its inputs. */
export interface OnnxActivation extends TensorType {
  /** In the file. */
  readonly name: string;
  /** ONNX's type of the operator that computes it: `Conv`, `Relu`, `Concat`, … */
  readonly operator: string;
}

/** What of a network can be looked into. */
export interface OnnxSurvey {
  /** In the order in which they are computed. */
  readonly activations: readonly OnnxActivation[];
  /** Names of the results that cannot be read, or depend on one that cannot. */
  readonly left: readonly string[];
  /** Why: one line for each node, input or initialiser that cannot be read for reasons of its own. */
  readonly causes: readonly string[];
}

export interface AsLayerOptions extends LayerOptions {
  /** Values that become the layer's inputs, by their names in the file. Default: the model's inputs. */
  readonly from?: string | readonly string[] | undefined;
  /** The value, or the values, that become its outputs. Default: the model's only output. */
  readonly to?: string | readonly string[] | undefined;
  /**
   * Whether inputs and outputs of rank 4 have their channels last, as other layers do. Default: false, as the
   * file has them.
   */
  readonly channelsLast?: boolean | undefined;
}

const modelFields = fileFields satisfies FieldsOf<OnnxModelOptions>;

const names = accepting("a name or an array of names", (value): value is string | readonly string[] => {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.length > 0 && all.every((name) => typeof name === "string");
});

const layerFields = {
  from: optional(names),
  to: optional(names),
  channelsLast: flag(false),
} satisfies FieldsOf<Own<AsLayerOptions>>;

const listed = (given: string | readonly string[] | undefined): readonly string[] | undefined =>
  typeof given === "string" ? [given] : given;

/** An ONNX file that someone exported, to look into, to differentiate, to cut and to train on. */
export class OnnxModel {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly description: ModelDescription;
  readonly #record: ModelRecord;
  readonly #externalData: ExternalData | undefined;

  /** @throws ImagoError when the bytes are no ONNX model, are truncated or altered */
  constructor(bytes: Uint8Array, options: OnnxModelOptions = {}) {
    const { name, externalData } = readOptions("OnnxModel", options, modelFields);
    this.name = name;
    this.bytes = bytes;
    this.#externalData = externalData;
    if (bytes.length === 0) throw new ImagoError(`${this.name}: the file is empty`);
    this.#record = decode(modelProto, bytes, this.name);
    this.description = this.#named(() => describeModel(this.#record));
  }

  /** What the model is fed, with open sizes as the file names them. */
  get inputs(): readonly OnnxPort[] {
    return this.description.inputs;
  }

  get outputs(): readonly OnnxPort[] {
    return this.description.outputs;
  }

  /**
   * The network as a graph at concrete shapes, weights as constants.
   *
   * @throws ImagoError as `readModel` does
   */
  read(sizes: OnnxSizes = {}): ImportedModel {
    return readModel(this.bytes, this.#reading("read", sizes));
  }

  #reading(where: string, sizes: OnnxSizes): ReadOptions {
    const { inputShapes, dimensions } = readOptions(where, sizes, sizeFields);
    const { name } = this;
    return { name, externalData: this.#externalData, anySize: true, inputShapes, dimensions, batch: 1 };
  }

  /**
   * Every floating-point result that depends on the model's inputs, in the order in which they are computed, as far as
   * they can be read: {@link survey} says what is left out.
   *
   * @throws ImagoError as `survey` does
   */
  activations(sizes: OnnxSizes = {}): OnnxActivation[] {
    return [...this.survey(sizes).activations];
  }

  /**
   * The activations that can be dreamt on, cut at and differentiated, and what of the network cannot: a detector's last
   * operators, say, or a head of one fixed size behind layers that take any.
   *
   * @throws ImagoError when the file is damaged, when a size is open and not given, and when nothing can be reached,
   *   with the reason
   */
  survey(sizes: OnnxSizes = {}): OnnxSurvey {
    const { graph, values, left, causes } = readAsFar(this.bytes, this.#reading("survey", sizes));
    const activations = activationsOf(graph, values);
    const [cause] = causes;
    if (activations.length === 0 && cause !== undefined) throw new ImagoError(`${this.name}: ${cause}`);
    return { activations, left, causes };
  }

  /**
   * The network, or a part of it, as a layer of functional models. It is traced at the shape of what it is called
   * on, whatever size the file declares. Its weights are those initialisers, and numbers of Constant nodes,
   * that operators use as weights; with `trainable: false` they keep their values. Batch normalisation always uses the statistics in the file, and
   * dropout lets everything through, as at inference.
   *
   * @example
   * const features = network.asLayer({ to: "fire9/concat_1", trainable: false, channelsLast: true });
   * const image = input({ shape: [224, 224, 3] });
   * const answer = dense({ units: 3, activation: "softmax" })(globalAveragePooling2d()(features(image)));
   *
   * @throws ImagoError when there is no value of a name, with the nearest one; when `to` depends on more inputs
   *   than `from` gives; when there is no `to` and the model has several outputs; when `trainable: true` is asked of a
   *   part without weights
   */
  asLayer(options: AsLayerOptions & { readonly to: readonly string[] }): MultiOutputFunction<OnnxLayer>;
  asLayer(options?: AsLayerOptions & { readonly to?: string | undefined }): LayerFunction<OnnxLayer>;
  asLayer(options: AsLayerOptions = {}): LayerFunction<OnnxLayer> | MultiOutputFunction<OnnxLayer> {
    const { from, to, channelsLast } = readLayerOptions("asLayer", options, layerFields);
    const { name, trainable } = options;
    if (to === undefined && this.outputs.length !== 1) {
      const names = this.outputs.map(({ name }) => name).join(", ");
      throw new ImagoError(`${this.name}: it has ${this.outputs.length} outputs.`, {
        help: `Name the one that is wanted, or several: asLayer({ to: … }). There are: ${names}.`,
      });
    }
    const layer = this.#named(() => {
      const part = extractModel(this.#record, {
        from: listed(from),
        to: listed(to),
        externalData: this.#externalData,
      });
      const weights = [...part.weights].map(([name, { shape }]) => ({
        name,
        shape,
        trainable: !part.statistics.has(name),
      }));
      if (trainable === true && !weights.some((weight) => weight.trainable)) {
        throw new ImagoError(
          "asLayer: trainable is true, and nothing here can be trained: no float32 initialiser or Constant is the " +
            "kernel, bias, scale or embedding of an operator between from and to.",
        );
      }
      const { inputs, outputs } = part;
      const graph = toBase64(part.bytes);
      const own = { graph, inputs, outputs, weights, channelsLast };
      return new OnnxLayer({ ...own, name, trainable }, part.weights);
    });
    return to === undefined || typeof to === "string" ? layerFunction(layer) : multiOutputFunction(layer);
  }

  #named<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ImagoError)) throw error;
      throw new ImagoError(`${this.name}: ${error.message}`, { cause: error });
    }
  }
}

/** The floating-point results of nodes that depend on the graph's inputs. */
function activationsOf(graph: Graph, values: ImportedModel["values"]): OnnxActivation[] {
  const reached = new Set<Value>(graph.inputs);
  for (const node of graph.nodes) {
    if (node.dependencies.some((value) => reached.has(value)))
      for (const output of node.outputs) reached.add(output);
  }
  return [...values]
    .filter(([, value]) => value.producer !== undefined && isFloat(value.dtype) && reached.has(value))
    .map(([name, value]) => ({
      name,
      dtype: value.dtype,
      shape: value.shape,
      operator: value.producer?.operator.type ?? "",
    }));
}
