import { entryFile } from "../../../engine/files/entryFile.node.js";
import { nodeRuntime } from "../../../engine/runtime/node.js";
import { coresAvailable } from "../../../engine/runtime/threads.node.js";
import { type Columns, measuredColumns } from "../../../nn/data/source.js";
import type { Logs } from "../../../nn/training/logs.js";
import type { MemberPlan } from "./memberPlan.js";
import type { MemberResult } from "./memberResult.js";
import type { NetworkSource } from "./networkSource.js";
import type { MembersSettings } from "./options.js";
import { received } from "./recipe.js";
import type { SharedData, TrainJob } from "./train.worker.node.js";
import { trainMember } from "./trainMember.js";

type OnEpoch = (epoch: number, logs: Logs) => void;

/** Who trains members: this process, or workers. */
export interface Trainers {
  /** How many members are trained at the same time. */
  readonly lanes: number;
  train(plan: MemberPlan, folder: string | undefined, onEpoch: OnEpoch): Promise<MemberResult>;
  close(): Promise<void>;
}

/** One member after the other in this process. */
export function trainersHere(source: NetworkSource, columns: Columns, settings: MembersSettings): Trainers {
  const runtime = nodeRuntime({ threads: settings.threads });
  const { timeLimit, signal } = settings;
  return {
    lanes: 1,
    train: async ({ seed, training, heldOut }, folder, onEpoch) => {
      const built = await source.build(seed);
      const rows = { training, heldOut, folder };
      return trainMember(built, columns, rows, settings, { runtime, timeLimit, signal, onEpoch });
    },
    close: () => runtime.dispose(),
  };
}

/** As many processes as are asked for, or cores are there, and no more than members. */
export async function trainersInWorkers(
  where: string,
  source: NetworkSource,
  columns: Columns,
  settings: MembersSettings,
  members: number,
): Promise<Trainers> {
  const { WorkerPool } = await import("../../../engine/workers/workerPool.node.js");
  const { threads, timeLimit, signal, workers = coresAvailable() } = settings;
  const { epochs, batchSize, shuffle, validationSplit, checkpointEpochs, classWeight } = settings;
  const shared: SharedData = {
    where,
    columns: measuredColumns(columns),
    settings: { epochs, batchSize, shuffle, validationSplit, checkpointEpochs, threads, classWeight },
  };
  const pool = new WorkerPool({
    module: entryFile("methods/ensemble/crossValidate/train.worker.node"),
    workers: Math.min(workers, members),
    threads,
    shared: { ...shared },
  });
  return {
    lanes: pool.workers,
    train: async ({ seed, training, heldOut }, folder, onEpoch) => {
      const job: TrainJob = { recipe: await source.recipe(seed), rows: { training, heldOut, folder } };
      const onMessage = (message: unknown): void => onEpoch(...(message as Parameters<OnEpoch>));
      const result = await pool.run<MemberResult>("train", job, { timeLimit, signal, onMessage });
      const { weights, predictions, ...rest } = result;
      return { weights: received(weights), predictions: received(predictions), ...rest };
    },
    close: () => pool.close(),
  };
}
