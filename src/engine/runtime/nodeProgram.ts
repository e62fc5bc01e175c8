import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { ImagoError } from "../errors.js";
import type { Value } from "../graph/graph.js";
import { allocate } from "../tensor/dtype.js";
import { sameShape, sizeOf } from "../tensor/shape.js";
import { formatType, Tensor, type TensorType } from "../tensor/tensor.js";
import type { OnnxRuntime } from "./loadOnnxRuntime.js";
import type { ReadyGraph } from "./readyGraph.js";
import { runError } from "./runError.js";
import type { Program, Tensors } from "./runtime.js";
import { isUncopied, uncopiedFetch } from "./uncopiedOutputs.js";

/** A session of ONNX Runtime's own library, fed with tensors of ours. */
export class NodeProgram implements Program {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #inputs: ReadonlyMap<string, TensorType>;
  readonly #outputs: ReadonlyMap<string, TensorType>;
  readonly #ort: OnnxRuntime;
  #session: InferenceSession | undefined;
  readonly #uncopied: boolean;
  readonly #release: () => Promise<void>;
  /** ONNX Runtime's view of each tensor seen, so that buffers that come again are wrapped once. */
  readonly #wrapped = new WeakMap<Tensor, OrtTensor>();

  constructor(
    ort: OnnxRuntime,
    { graph, uncopied }: ReadyGraph,
    session: InferenceSession,
    release: () => Promise<void>,
  ) {
    this.#ort = ort;
    this.#session = session;
    this.#uncopied = uncopied;
    this.#release = release;
    this.#inputs = new Map(graph.inputs.map((value: Value) => [value.name, value.type]));
    this.#outputs = new Map(graph.outputs.map(({ name, value }) => [name, value.type]));
    this.inputNames = [...this.#inputs.keys()];
    this.outputNames = [...this.#outputs.keys()];
  }

  async run(feeds: Tensors, into: Tensors = {}): Promise<Tensors> {
    const session = this.#session;
    if (session === undefined) throw new ImagoError("the program was disposed and cannot run");
    const wrappedFeeds: Record<string, OrtTensor> = {};
    for (const [name, type] of this.#inputs)
      wrappedFeeds[name] = this.#wrap("input", name, type, feeds[name]);
    if (Object.keys(feeds).length !== this.#inputs.size) this.#refuseUnknown("input", feeds, this.#inputs);
    this.#refuseUnknown("output", into, this.#outputs);
    const results: Record<string, Tensor> = {};
    const fetches: Record<string, OrtTensor | null> = this.#uncopied ? { ...uncopiedFetch } : {};
    for (const [name, type] of this.#outputs) {
      // Allocated here rather than by ONNX Runtime, whose memory the garbage collector does not see.
      const tensor =
        into[name] ?? new Tensor(type.dtype, type.shape, allocate(type.dtype, sizeOf(type.shape)));
      results[name] = tensor;
      fetches[name] = this.#wrap("output", name, type, tensor);
    }
    try {
      await session.run(wrappedFeeds, fetches);
    } catch (error) {
      if (!this.#uncopied || !isUncopied(error)) throw runError(error);
    }
    return results;
  }

  async dispose(): Promise<void> {
    if (this.#session === undefined) return;
    this.#session = undefined;
    await this.#release();
  }

  #wrap(role: "input" | "output", name: string, type: TensorType, tensor: Tensor | undefined): OrtTensor {
    if (tensor === undefined)
      throw new ImagoError(`${role} "${name}": expected ${formatType(type)}, received nothing`);
    if (tensor.dtype !== type.dtype || !sameShape(tensor.shape, type.shape)) {
      throw new ImagoError(`${role} "${name}": expected ${formatType(type)}, received ${formatType(tensor)}`);
    }
    const known = this.#wrapped.get(tensor);
    if (known !== undefined) return known;
    const made = new this.#ort.Tensor(tensor.dtype, tensor.data as Float32Array, tensor.shape) as OrtTensor;
    this.#wrapped.set(tensor, made);
    return made;
  }

  #refuseUnknown(role: string, given: Tensors, known: ReadonlyMap<string, TensorType>): void {
    for (const name of Object.keys(given)) {
      if (!known.has(name)) {
        throw new ImagoError(
          `unknown ${role} "${name}"; the program's ${role}s are ${[...known.keys()].join(", ")}`,
        );
      }
    }
  }
}
