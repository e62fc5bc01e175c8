import { createHash } from "node:crypto";
import { MessageChannel } from "node:worker_threads";
import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { ImagoError, messageOf } from "../errors.js";
import type { Graph, Value } from "../graph/graph.js";
import type { Device } from "../lowering/device.js";
import { lower } from "../lowering/lower.js";
import { modelRecord, writeModel } from "../onnx/write/write.js";
import { type FieldsOf, flag, number, optional, type ReadOf, readOptions, text } from "../options.js";
import { allocate } from "../tensor/dtype.js";
import { sameShape, sizeOf } from "../tensor/shape.js";
import { formatType, Tensor, type TensorType } from "../tensor/tensor.js";
import { blocksWanted } from "./blocks.node.js";
import { loadOnnxRuntime, type OnnxRuntime } from "./loadOnnxRuntime.js";
import { NodePartsProgram, type PartGraph, type ReadyGraph } from "./parts/partsProgram.node.js";
import { PartThreads } from "./parts/partThreads.node.js";
import { probeBlocks } from "./probeBlocks.js";
import { RowError } from "./rowError.js";
import type { CompileOptions, PartsProgram, PartsRuntime, Program, Runtime, Tensors } from "./runtime.js";
import { coresAvailable, threadsByDefault } from "./threads.node.js";
import { hasLargeOutputs, isUncopied, uncopiedFetch, writeUncopied } from "./uncopiedOutputs.js";
import { wrongFusions } from "./wrongFusions.js";

export interface NodeRuntimeOptions {
  /**
   * Threads that share one operator's work. Default: what the environment variable IMAGO_THREADS says, else as
   * many as a container allows, else 0, one for each core, as ONNX Runtime counts them.
   */
  readonly threads?: number | undefined;
  /**
   * Declare the types of all values, and refuse graphs of which ONNX Runtime infers others, rather than run them. For
   * tests: what is emitted should be right before it is fast. Default: false.
   */
  readonly strictTypes?: boolean | undefined;
  /**
   * Train convolutions on images in blocks of channels, where ONNX Runtime has kernels for blocks of 16 (processors with
   * AVX-512). `false` leaves them to plain operators: the same results to rounding, in twice the time. Default: what
   * the environment variable IMAGO_BLOCKS says (0 or 1), else true.
   */
  readonly blocks?: boolean | undefined;
}

/** A session and how many programs use it. */
interface SharedSession {
  readonly session: Promise<InferenceSession>;
  users: number;
}

const runtimeFields = {
  threads: optional(number({ min: 0, integer: true })),
  strictTypes: flag(false),
  blocks: optional(flag(true)),
} satisfies FieldsOf<NodeRuntimeOptions>;

const compileFields = {
  threads: optional(number({ min: 0, integer: true })),
  profile: optional(text()),
  lower: flag(true),
} satisfies FieldsOf<CompileOptions>;

/** {@link CompileOptions} in full. */
type CompileSettings = ReadOf<typeof compileFields>;

/** ONNX Runtime's own CPU library in Node. */
export function nodeRuntime(options: NodeRuntimeOptions = {}): Runtime {
  const read = readOptions("nodeRuntime", options, runtimeFields);
  const { threads = threadsByDefault(), strictTypes, blocks = blocksWanted() } = read;
  return new NodeRuntime({ threads, strictTypes, blocks });
}

/** {@link NodeRuntimeOptions} in full. */
interface Settings {
  readonly threads: number;
  readonly strictTypes: boolean;
  readonly blocks: boolean;
}

class NodeRuntime implements Runtime {
  #device: Device = { channelBlocks: process.arch === "x64", ownKernels: true };
  readonly #threads: number;
  readonly #strictTypes: boolean;
  readonly #sessions = new Map<string, SharedSession>();
  readonly #partThreads = new PartThreads();
  readonly parts: PartsRuntime;

  readonly #blocks: boolean;
  #probed: Promise<void> | undefined;

  constructor({ threads, strictTypes, blocks }: Settings) {
    this.#threads = threads;
    this.#strictTypes = strictTypes;
    this.#blocks = blocks;
    const live = (): number => this.#partThreads.size;
    this.parts = {
      cores: threads > 0 ? threads : coresAvailable(),
      compile: (graphs, isCommon) => this.#compileParts(graphs, isCommon),
      get liveThreads() {
        return live();
      },
    };
  }

  get device(): Device {
    return this.#device;
  }

  get liveSessions(): number {
    return this.#sessions.size;
  }

  async compile(graph: Graph, options: CompileOptions = {}): Promise<Program> {
    const settings = readOptions("compile", options, compileFields);
    const { threads = this.#threads, profile = "" } = settings;
    // At the first program: whoever makes none need not wait for the library.
    const ort = await loadOnnxRuntime();
    await this.#probe(ort);
    const ready = this.#ready(graph, settings, true);
    for (const buffer of madeByLowering(graph, ready.graph)) await giveBack(buffer);
    const digest = createHash("sha256").update(ready.model).update(`${threads} ${profile}`).digest("hex");
    // The use is counted before anything is waited for, so that no other program's end can free the session.
    const shared = this.#sessions.get(digest) ?? { session: open(ort, ready), users: 0 };
    shared.users++;
    this.#sessions.set(digest, shared);
    try {
      const session = await shared.session;
      return new NodeProgram(ort, ready, session, () => this.#release(digest, shared, settings));
    } catch (error) {
      this.#sessions.delete(digest);
      throw new ImagoError(`ONNX Runtime refused the graph: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Finds out what the library can do here, before the first graph is lowered for it. */
  #probe(ort: OnnxRuntime): Promise<void> {
    this.#probed ??= (async () => {
      const namedBlocks = this.#blocks && this.#device.channelBlocks && (await probeBlocks(ort));
      this.#device = { ...this.#device, namedBlocks };
    })();
    return this.#probed;
  }

  /** This thread shares its sessions with equal programs; the others have their own. */
  async #compileParts(graphs: readonly Graph[], isCommon: (name: string) => boolean): Promise<PartsProgram> {
    if (graphs.length < 2)
      throw new ImagoError(`parts: expected two graphs or more, received ${graphs.length}`);
    await this.#probe(await loadOnnxRuntime());
    const settings = { lower: true, threads: 1, profile: undefined };
    const distinct = [...new Set(graphs)];
    const compiled = await settledAll(distinct.map((graph) => this.compile(graph, { threads: 1 })));
    const made = compiled.map(
      (program, at): PartGraph => ({
        program,
        ready: this.#ready(distinct[at] as Graph, settings, false),
      }),
    );
    const program = new NodePartsProgram({
      threads: this.#partThreads,
      others: Math.min(graphs.length, this.parts.cores) - 1,
      graphs: made,
      parts: graphs.map((graph) => distinct.indexOf(graph)),
      isCommon,
      toError: runError,
    });
    try {
      await program.open();
    } catch (error) {
      await program.dispose();
      throw error;
    }
    return program;
  }

  /**
   * A graph as ONNX Runtime takes it.
   *
   * @param sparing whether it may be made such that large outputs are not copied
   */
  #ready(given: Graph, settings: CompileSettings, sparing: boolean): ReadyGraph {
    const { lower: lowers, threads = this.#threads, profile } = settings;
    const graph = lowers ? lower(given, this.#device) : given;
    const wrong = wrongFusions(graph);
    const options = {
      intraOpNumThreads: threads,
      // Errors come back as exceptions; without this ONNX Runtime prints them as well.
      logSeverityLevel: 4,
      enableMemPattern: bytesComputed(graph) < largeGraph,
      ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
      extra: {
        ...(this.#strictTypes ? { session: { strict_shape_type_inference: "1" } } : {}),
        ...(wrong.length > 0 ? { optimization: { disable_specified_optimizers: wrong.join(";") } } : {}),
      },
    };
    const writing = { declareValues: this.#strictTypes };
    const uncopied = sparing && hasLargeOutputs(graph);
    const model = uncopied ? writeUncopied(modelRecord(graph, writing)) : writeModel(graph, writing);
    return { graph, model, options, uncopied };
  }

  async #release(digest: string, shared: SharedSession, { profile }: CompileSettings): Promise<void> {
    shared.users--;
    if (shared.users > 0 || this.#sessions.get(digest) !== shared) return;
    this.#sessions.delete(digest);
    await close(await shared.session, profile);
  }

  async dispose(): Promise<void> {
    const open = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const { session } of open) await close(await session);
    await this.#partThreads.inTurn(() => this.#partThreads.stop());
  }
}

/** All programs; where one cannot be made, none is left open. */
async function settledAll(making: readonly Promise<Program>[]): Promise<Program[]> {
  const ends = await Promise.allSettled(making);
  const made = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed === undefined) return made;
  for (const program of made) await program.dispose();
  throw failed.reason;
}

async function open(ort: OnnxRuntime, { model, options }: ReadyGraph): Promise<InferenceSession> {
  const session = await ort.InferenceSession.create(model, options);
  if (model.length >= largeFile) await giveBack(model.buffer as ArrayBuffer);
  return session;
}

async function close(session: InferenceSession, profile?: string): Promise<void> {
  if (profile !== undefined) session.endProfiling();
  await session.release();
}

/** From so many bytes on, a model's file is not left to the garbage collector, which may come late. */
const largeFile = 2 ** 22;

/**
 * The memory of large constants that lowering made, such as transformed weights: the model's file has them now, and ONNX Runtime is
 * about to make two more copies.
 */
function madeByLowering(given: Graph, lowered: Graph): ArrayBuffer[] {
  const kept = new Set(allConstants(given).map(({ data }) => data.buffer));
  const made = lowered.constants.flatMap(({ constant }) => constant ?? []);
  const large = made.filter(({ byteLength, data }) => byteLength >= largeFile && !kept.has(data.buffer));
  return [...new Set(large.map(({ data }) => data.buffer as ArrayBuffer))];
}

/** The constants of a graph and of all bodies in it. */
function allConstants({ constants, nodes }: Graph): Tensor[] {
  return [
    ...constants.flatMap(({ constant }) => constant ?? []),
    ...nodes.flatMap(({ attributes }) => attributes.graphs().flatMap(allConstants)),
  ];
}

/** Frees a buffer that nobody will read again: as a message to a closed port it has no owner any more. */
async function giveBack(buffer: ArrayBuffer): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.postMessage(undefined, [buffer]);
  port1.close();
  await new Promise((resolve) => setImmediate(resolve));
}

/**
 * From so many bytes on, a plan of the memory of all values in one block (made at the first run, and held beside what
 * that run had taken) costs much memory, and saves less time than it takes to measure.
 */
const largeGraph = 2 ** 26;

/** Bytes of everything that a graph's nodes compute, bodies aside. */
function bytesComputed(graph: Graph): number {
  let bytes = 0;
  for (const { outputs } of graph.nodes) for (const { shape } of outputs) bytes += 4 * sizeOf(shape);
  return bytes;
}

class NodeProgram implements Program {
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

/** What ONNX Runtime says, and what a user can do about it. */
function runError(cause: unknown): ImagoError {
  const message = messageOf(cause);
  const said = `ONNX Runtime could not run the graph: ${message}`;
  const whole = /[.!?]$/.test(said) ? said : `${said}.`;
  if (!/indices element out of data bounds/.test(message)) return new ImagoError(whole, { cause });
  return new RowError(whole, {
    cause,
    help:
      "An embedding, or another Gather, was asked for a row that it has not got: ids must be whole numbers from 0 to below its size, " +
      "which itself stands here for those below 0 and for fractions.",
  });
}
