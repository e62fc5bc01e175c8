import { ImagoError } from "../../engine/errors.js";
import { cut } from "../../engine/graph/cut.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { RowError } from "../../engine/runtime/rowError.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { type Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { Embedding } from "../layers/core/embedding.js";
import { StepEmission } from "./stepEmission.js";
import { type Mode, type Signature, type StepDescription, tracedInputs } from "./stepGraph.js";

/** A call of an embedding in a graph. */
interface Lookup {
  /** The layer's path in the model. */
  readonly path: string;
  /** How many ids the layer has. */
  readonly limit: number;
  readonly ids: Value;
}

/** A step that may be run again. */
export interface RunStep {
  readonly mode: Mode;
  readonly signature: Signature;
  /** Gives the tensor of a graph's input: data, variables as they were, random words. */
  readonly feeds: (name: string) => Tensor;
}

/**
 * What a step's run gives. Where it ends with a row that there is not, which a runtime tells of as of some Gather's, the error says
 * which embedding was asked for what; the step must have replaced nothing then.
 */
export async function inLayersWords<T>(
  run: Promise<T>,
  description: StepDescription,
  runtime: Runtime,
  step: RunStep,
): Promise<T> {
  try {
    return await run;
  } catch (cause) {
    if (!(cause instanceof RowError)) throw cause;
    throw (await findStrangeIds(description, runtime, step, cause)) ?? cause;
  }
}

/**
 * Runs what comes to each embedding once more, and finds the first id that is none of its own.
 *
 * @returns `undefined` when all ids are known, or stand where they cannot be looked at, inside a loop
 */
async function findStrangeIds(
  description: StepDescription,
  runtime: Runtime,
  { mode, signature, feeds }: RunStep,
  cause: RowError,
): Promise<ImagoError | undefined> {
  const { graph, lookups } = tracedLookups(description, mode, signature);
  const batch = signature.inputs[0]?.shape[0] ?? 1;
  for (const { path, limit, ids } of lookups) {
    const numbers = await computed(graph, ids, runtime, feeds);
    const at = numbers.findIndex((id) => !(Number.isInteger(id) && id >= 0 && id < limit));
    if (at < 0) continue;
    // The first axis counts samples, or steps within samples, unless a function of the user's has moved it.
    const isWhole = (ids.shape[0] ?? 1) % batch === 0;
    const sample = isWhole ? ` (sample ${Math.floor((at * batch) / numbers.length)} of its batch)` : "";
    return new ImagoError(
      `layer "${path}" (embedding): element ${at}${sample} of what comes to it is ${numbers[at]}; expected ids from 0 to ${limit - 1}.`,
      { help: "Look at the layers in front of it, or give it a larger inputDim.", cause },
    );
  }
  return undefined;
}

function tracedLookups(
  { functional, variables }: StepDescription,
  mode: Mode,
  signature: Signature,
): { readonly graph: Graph; readonly lookups: readonly Lookup[] } {
  const graph = new Graph();
  const emission = new StepEmission(graph, variables, mode === "train");
  tracedInputs(functional, signature, emission);
  const tables = variables.flatMap(({ layer, path }) =>
    layer instanceof Embedding ? [{ layer, path: path.slice(0, path.lastIndexOf("/")) }] : [],
  );
  const lookups = graph.nodes.flatMap(({ outputs }) =>
    tables.flatMap(({ layer, path }): Lookup[] => {
      const ids = layer.idsOf(outputs[0] as Value);
      return ids === undefined ? [] : [{ path, limit: layer.inputLimit, ids }];
    }),
  );
  return { graph, lookups };
}

async function computed(
  graph: Graph,
  value: Value,
  runtime: Runtime,
  feeds: (name: string) => Tensor,
): Promise<readonly number[]> {
  const program = await runtime.compile(cut(graph, { outputs: [{ name: "ids", value }] }).graph);
  try {
    const given = Object.fromEntries(program.inputNames.map((name) => [name, feeds(name)]));
    return Array.from(toNumbers((await program.run(given)).ids as Tensor));
  } finally {
    await program.dispose();
  }
}
