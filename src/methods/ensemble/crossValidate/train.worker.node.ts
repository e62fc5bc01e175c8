import { nodeRuntime } from "../../../engine/runtime/node.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { TaskContext } from "../../../engine/workers/task.js";
import type { Columns } from "../../../nn/data/source.js";
import type { MemberResult } from "./memberResult.js";
import { openRecipe, type Recipe, receivedTensor } from "./recipe.js";
import { type MemberRows, type TrainingSettings, trainMember } from "./trainMember.js";

/** What the workers share. */
export interface SharedData {
  readonly where: string;
  readonly columns: Columns;
  readonly settings: TrainingSettings;
}

/** One member to be trained. */
export interface TrainJob {
  readonly recipe: Recipe;
  readonly rows: MemberRows;
}

let opened: { readonly columns: Columns; readonly runtime: Runtime } | undefined;

/** Trains one member, and tells of each epoch: `[epoch, logs]`. */
export async function train(
  { recipe, rows }: TrainJob,
  { shared, tell }: TaskContext,
): Promise<MemberResult> {
  const { where, columns, settings } = shared as Readonly<Record<string, unknown>> & SharedData;
  opened ??= { columns: receivedColumns(columns), runtime: nodeRuntime({ threads: settings.threads }) };
  const built = await openRecipe(where, recipe);
  return trainMember(built, opened.columns, rows, settings, {
    runtime: opened.runtime,
    onEpoch: (epoch, logs) => tell([epoch, logs]),
  });
}

function receivedColumns({ size, inputs, targets, weights }: Columns): Columns {
  const optional = (tensor: Tensor | undefined) => tensor && receivedTensor(tensor);
  return {
    size,
    inputs: inputs.map(receivedTensor),
    targets: targets.map(optional),
    weights: weights.map(optional),
  };
}
