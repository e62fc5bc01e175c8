import type { Logs, Model, Tensor } from "../../src/index.js";
import { report, timeEach } from "../measure.js";
import { version } from "./version.js";

interface Counts {
  /** Steps that are timed. */
  readonly count: number;
  /** Steps before them: the first one compiles. */
  readonly warmUp: number;
}

/** What of a model is needed here, whatever its inputs and outputs are called. */
export interface Stepping extends Pick<Model, "variables" | "dispose"> {
  trainOnBatch(x: Tensor, y: Tensor): Promise<Logs>;
}

/** Milliseconds of each step on one batch, and the losses of the very first and the last, which ought to be smaller. */
export async function stepTimes(
  network: Stepping,
  x: Tensor,
  y: Tensor,
  { count, warmUp }: Counts,
): Promise<{ samples: number[]; losses: readonly number[] }> {
  const losses: number[] = [];
  const samples = await timeEach(
    async () => losses.push((await network.trainOnBatch(x, y)).loss as number),
    count,
    warmUp,
  );
  return { samples, losses };
}

/** Weights without running statistics, so many of them trained, and the first and last loss. */
export function learning({ variables }: Pick<Model, "variables">, losses: readonly number[]) {
  const weights = variables.filter(({ variable }) => variable.trainable);
  const count = (some: typeof weights): number =>
    some.reduce((sum, { variable: { shape } }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return {
    parameters: count(weights),
    trained: count(weights.filter(({ trainable }) => trainable)),
    firstLoss: Number(losses[0]?.toPrecision(4)),
    lastLoss: Number(losses.at(-1)?.toPrecision(4)),
  };
}

/** Times steps, prints what was measured, and frees the network. */
export async function reportSteps(network: Stepping, x: Tensor, y: Tensor, counts: Counts): Promise<void> {
  const { samples, losses } = await stepTimes(network, x, y, counts);
  report(samples, version, learning(network, losses));
  await network.dispose();
}
