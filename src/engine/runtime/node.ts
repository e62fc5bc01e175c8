import { createHash } from "node:crypto";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { ImagoError } from "../errors.js";
import type { Graph, Value } from "../graph/graph.js";
import { writeModel } from "../onnx/write.js";
import { allocate } from "../tensor/dtype.js";
import { sameShape, sizeOf } from "../tensor/shape.js";
import { formatType, Tensor, type TensorType } from "../tensor/tensor.js";
import type { CompileOptions, Program, Runtime, Tensors } from "./runtime.js";

export interface NodeRuntimeOptions {
  /** Threads that share one operator's work. Default: 0, one for each core, as ONNX Runtime counts them. */
  readonly threads?: number;
}

interface SharedSession {
  readonly session: InferenceSession;
  users: number;
}

/** ONNX Runtime's own CPU library in Node. */
export function nodeRuntime(options: NodeRuntimeOptions = {}): Runtime {
  return new NodeRuntime(options);
}

class NodeRuntime implements Runtime {
  readonly #options: NodeRuntimeOptions;
  readonly #sessions = new Map<string, Promise<SharedSession>>();

  constructor(options: NodeRuntimeOptions) {
    this.#options = options;
  }

  get liveSessions(): number {
    return this.#sessions.size;
  }

  async compile(graph: Graph, options: CompileOptions = {}): Promise<Program> {
    const bytes = writeModel(graph);
    const digest = createHash("sha256")
      .update(bytes)
      .update(options.profile ?? "")
      .digest("hex");
    let pending = this.#sessions.get(digest);
    if (pending === undefined) {
      pending = this.#open(bytes, options);
      this.#sessions.set(digest, pending);
      pending.catch(() => this.#sessions.delete(digest));
    }
    const shared = await pending;
    shared.users++;
    return new NodeProgram(graph, shared.session, () => this.#release(digest, shared));
  }

  async #open(bytes: Uint8Array, { profile }: CompileOptions): Promise<SharedSession> {
    try {
      const session = await InferenceSession.create(bytes, {
        intraOpNumThreads: this.#options.threads ?? 0,
        ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
        logSeverityLevel: 3,
      });
      return { session, users: 0 };
    } catch (error) {
      throw new ImagoError(`ONNX Runtime refused the graph: ${messageOf(error)}`, { cause: error });
    }
  }

  async #release(digest: string, shared: SharedSession): Promise<void> {
    shared.users--;
    if (shared.users > 0 || !this.#sessions.delete(digest)) return;
    await shared.session.release();
  }

  async dispose(): Promise<void> {
    const open = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const pending of open) await (await pending).session.release();
  }
}

class NodeProgram implements Program {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #inputs: ReadonlyMap<string, TensorType>;
  readonly #outputs: ReadonlyMap<string, TensorType>;
  #session: InferenceSession | undefined;
  readonly #release: () => Promise<void>;
  /** ONNX Runtime's view of each tensor seen, so that buffers that come again are wrapped once. */
  readonly #wrapped = new WeakMap<Tensor, OrtTensor>();

  constructor(graph: Graph, session: InferenceSession, release: () => Promise<void>) {
    this.#session = session;
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
    const fetches: Record<string, OrtTensor> = {};
    for (const [name, type] of this.#outputs) {
      // Every output is allocated here: what ONNX Runtime allocates itself is freed only by the garbage
      // collector, which does not see its size.
      const tensor =
        into[name] ?? new Tensor(type.dtype, type.shape, allocate(type.dtype, sizeOf(type.shape)));
      results[name] = tensor;
      fetches[name] = this.#wrap("output", name, type, tensor);
    }
    try {
      await session.run(wrappedFeeds, fetches);
    } catch (error) {
      throw new ImagoError(`ONNX Runtime could not run the graph: ${messageOf(error)}`, { cause: error });
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
    const made = wrapTensor(tensor);
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

function wrapTensor(tensor: Tensor): OrtTensor {
  return new OrtTensor(tensor.dtype, tensor.data as Float32Array, tensor.shape) as OrtTensor;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
