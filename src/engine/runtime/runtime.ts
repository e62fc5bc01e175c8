import type { Graph } from "../graph/graph.js";
import type { Device } from "../lowering/device.js";
import type { Tensor } from "../tensor/tensor.js";

/** Tensors by the name of a graph's input or output. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A graph made ready to run on one device. */
export interface Program {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Computes the outputs.
   *
   * @param feeds one tensor for each input, of exactly its type
   * @param into tensors of the right type to write outputs to; outputs without one are newly allocated
   * @returns one tensor for each output; those of `into` are the same objects
   * @throws when a feed is missing, unknown or of another type, naming the input
   */
  run(feeds: Tensors, into?: Tensors): Promise<Tensors>;
  /** Gives up this use of the program; its session is freed with the last one. */
  dispose(): Promise<void>;
}

/** One graph for each part of a batch, made ready to run side by side, as many at a time as there are cores. */
export interface PartsProgram {
  /**
   * Computes the outputs of all parts.
   *
   * @param common what every part is fed alike
   * @param own what each part is fed besides
   * @returns each part's outputs, in memory that the next run writes to again
   * @throws as {@link Program.run} does, once all parts have ended; ImagoError when a thread has died
   */
  run(common: Tensors, own: readonly Tensors[]): Promise<readonly Tensors[]>;
  /** Gives up the program; the threads end with the last one. */
  dispose(): Promise<void>;
}

/** What runs the parts of a batch side by side: each core takes the next part when it is done with one. */
export interface PartsRuntime {
  /** Cores that this process may use. */
  readonly cores: number;
  /**
   * Makes a program of one graph for each part, two or more, of the same inputs but for their numbers of rows.
   *
   * @param isCommon whether every part is fed the same under this name
   */
  compile(graphs: readonly Graph[], isCommon: (name: string) => boolean): Promise<PartsProgram>;
  /** Threads that live now beside the one that asks, for tests of leaks. */
  readonly liveThreads: number;
}

export interface CompileOptions {
  /**
   * Threads that share one operator's work in this program, where the device has a choice. Small programs that
   * run often lose more by handing work over than they gain. Default: the runtime's own number.
   */
  readonly threads?: number | undefined;
  /** Path prefix under which the engine writes a profile of every operator when the program is disposed. */
  readonly profile?: string;
  /**
   * Whether `lower` may rewrite the graph for the device before it is compiled. `false` runs it operator by operator
   * as it stands, for tests and measurements of the operators themselves. Default: true.
   */
  readonly lower?: boolean;
}

/** A device that runs graphs. */
export interface Runtime {
  /**
   * Makes a program of a graph, lowered for this device; the graph itself stays as it is. Equal graphs share a
   * session.
   *
   * @throws when the device refuses the graph, naming the node where it can
   */
  compile(graph: Graph, options?: CompileOptions): Promise<Program>;
  /** What lowering knows of the device. */
  readonly device: Device;
  /** Absent where no threads can be started, as in a page. */
  readonly parts?: PartsRuntime | undefined;
  /** Frees every session that is still open. */
  dispose(): Promise<void>;
  /** Sessions open now, for tests of leaks. */
  readonly liveSessions: number;
}
