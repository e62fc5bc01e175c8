import { createHash } from "node:crypto";
import type { InferenceSession } from "onnxruntime-node";
import { ImagoError, messageOf } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import type { Device } from "../lowering/device.js";
import { lower } from "../lowering/lower.js";
import { modelRecord, writeModel } from "../onnx/write/write.js";
import { type FieldsOf, flag, number, optional, type ReadOf, readOptions, text } from "../options.js";
import { sizeOf } from "../tensor/shape.js";
import { blocksWanted } from "./blocks.node.js";
import { loadOnnxRuntime, type OnnxRuntime } from "./loadOnnxRuntime.js";
import { NodeProgram } from "./nodeProgram.js";
import { NodePartsProgram, type PartGraph } from "./parts/partsProgram.node.js";
import { PartThreads } from "./parts/partThreads.node.js";
import { probeBlocks } from "./probeBlocks.js";
import type { ReadyGraph } from "./readyGraph.js";
import { runError } from "./runError.js";
import type { CompileOptions, PartsProgram, PartsRuntime, Program, Runtime } from "./runtime.js";
import { giveBack, largeFile, madeByLowering } from "./spentMemory.node.js";
import { coresAvailable, threadsByDefault } from "./threads.node.js";
import { hasLargeOutputs, writeUncopied } from "./uncopiedOutputs.js";
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
    // Lowered once, for this thread and the others.
    const settings = { lower: false, threads: 1, profile: undefined };
    const distinct = [...new Set(graphs)];
    const lowered = distinct.map((graph) => lower(graph, this.#device));
    const compiled = await settledAll(
      lowered.map((graph) => this.compile(graph, { lower: false, threads: 1 })),
    );
    const made = compiled.map(
      (program, at): PartGraph => ({
        program,
        ready: this.#ready(lowered[at] as Graph, settings, false),
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
