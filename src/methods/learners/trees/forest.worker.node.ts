import { Generator, type GeneratorState } from "../../../engine/random/generator.js";
import type { TaskContext } from "../../../engine/workers/task.js";
import { type Ground, growTrees, type Stand } from "./growTrees.js";

type Sent = Omit<Ground, "random"> & { readonly random: GeneratorState; readonly [key: string]: unknown };

/** Grows some trees of a forest. */
export function grow(
  { from, to }: { readonly from: number; readonly to: number },
  { shared }: TaskContext,
): Stand {
  const { random, ...plain } = shared as Sent;
  return growTrees({ ...plain, random: Generator.from(random) }, from, to);
}
