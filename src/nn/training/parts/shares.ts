import { cut } from "../../../engine/graph/cut.js";
import type { Graph, Value } from "../../../engine/graph/graph.js";
import type { Rows, Sizes } from "../../../engine/rows/rows.js";
import { rowsOf } from "../../../engine/rows/rowsOf.js";
import type { Probe } from "./probe.js";

/** What of a part's figures makes the whole batch's, when those of all parts are added. */
export interface Shares {
  /** By the outputs' names: what the whole batch's loss is divided by; `fed` where that depends on the data. */
  readonly divisors: ReadonlyMap<string, number | "fed">;
  /** For each loss that a layer adds whether it is a sum over rows; others are means, of which a part's rows have their share. */
  readonly isSum: readonly boolean[];
}

/** Why a step is computed whole. */
export class Whole {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * Finds out whether a batch can be split, by comparing its step to that of a part.
 *
 * @param partStatistics whether layers may take statistics of a part for those of the batch
 */
export function sharesOf(whole: Probe, part: Probe, sizes: Sizes, partStatistics: boolean): Shares | Whole {
  const taken = partStatistics ? whole.ofParts : undefined;
  const known = rowsOf(whole.graph, part.graph, { sizes, taken });
  const divisors = new Map<string, number | "fed">();
  for (const [name, { total, divisor }] of whole.losses) {
    const other = part.losses.get(name)?.divisor;
    const found = known(total);
    if (found.kind !== "sum") return mixing(found, `the loss of output "${name}"`);
    const isApart =
      typeof divisor === "number"
        ? divisor === 1 || (typeof other === "number" && divisor * sizes.part === other * sizes.whole)
        : known(divisor).kind === "sum";
    if (!isApart) return mixing(found, `the divisor of the loss of output "${name}"`);
    divisors.set(name, typeof divisor === "number" ? divisor : "fed");
  }
  const added = whole.added.map(known);
  const strange = added.find(({ kind }) => !["none", "sum", "mean"].includes(kind));
  if (strange !== undefined) return mixing(strange, "a loss that a layer adds");
  for (const [path, value] of whole.replaced) {
    const found = known(value);
    const isMean = found.kind === "none" || found.kind === "mean";
    if (!isMean || value.dtype !== "float32") return mixing(found, `what "${path}" becomes`);
  }
  return { divisors, isSum: added.map(({ kind }) => kind === "sum") };
}

/** Whether each output's rows stand along its first axis, computed apart. */
export function outputsApart(whole: Probe, part: Probe, sizes: Sizes): Whole | undefined {
  const known = rowsOf(whole.graph, part.graph, { sizes });
  for (const value of whole.outputs) {
    const rows = known(value);
    const isFirst = rows.kind === "axis" && rows.axis === 0 && rows.inner === 1 && rows.outer === 1;
    if (!isFirst) return mixing(rows, "an output");
  }
  const [path] = whole.replaced.keys();
  return path === undefined ? undefined : new Whole(`"${path}" is carried from batch to batch`);
}

function mixing(rows: Rows, what: string): Whole {
  if (rows.kind !== "mixed") return new Whole(`${what} is no sum or mean over the samples`);
  const layer = rows.at.slice(0, Math.max(0, rows.at.lastIndexOf("/")));
  return new Whole(
    layer === ""
      ? `${what} depends on all samples of a batch together`
      : `layer "${layer}" puts samples of a batch together, or nobody knows that it does not`,
  );
}

/** The name of the input for what a loss of the whole batch is divided by. */
export const divisorInput = (head: string): string => `whole/${head}`;

/**
 * The graph of what the losses of the whole batch are divided by, where that depends on the data: an output for each loss.
 *
 * @param isData whether an input is fed from the batch
 * @returns nothing where there are none; a reason where they depend on more than the data, so that the network would be run twice
 */
export function divisorGraph(
  { graph, losses }: Probe,
  { divisors }: Shares,
  isData: (input: string) => boolean,
): Graph | undefined | Whole {
  const outputs = [...divisors].flatMap(([name, divisor]) =>
    divisor === "fed" ? [{ name: divisorInput(name), value: losses.get(name)?.divisor as Value }] : [],
  );
  if (outputs.length === 0) return undefined;
  const made = cut(graph, { outputs }).graph;
  const strange = made.inputs.find(({ name }) => !isData(name));
  if (strange === undefined) return made;
  return new Whole("which samples count depends on more than the data");
}
