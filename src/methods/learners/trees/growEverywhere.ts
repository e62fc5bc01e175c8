import { type Ground, growTrees, type Stand } from "./growTrees.js";

/** So much work must be left, in milliseconds, before processes are started: they need about one second to begin. */
const worthIt = 4000;

/** All trees of a forest: some here, to see how long they take; the rest on all cores where that is worth it. */
export async function growEverywhere(ground: Ground, signal: AbortSignal | undefined): Promise<Stand[]> {
  const { trees } = ground.settings;
  const started = performance.now();
  const first = growTrees(ground, 0, 1, signal);
  const left = (performance.now() - started) * (trees - 1);
  const others = left > worthIt ? await onCores(ground, signal) : undefined;
  return [first, ...(others ?? (trees > 1 ? [growTrees(ground, 1, trees, signal)] : []))];
}

async function onCores(ground: Ground, signal: AbortSignal | undefined): Promise<Stand[] | undefined> {
  let load: typeof import("./growOnCores.node.js");
  try {
    load = await import("./growOnCores.node.js");
  } catch {
    // In a page there are no processes.
    return undefined;
  }
  return load.growOnCores(ground, 1, signal);
}
