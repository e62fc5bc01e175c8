import { ImagoError } from "../../../engine/errors.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import { type Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { modelCheckpoint } from "../../../nn/callbacks/files/modelCheckpoint.js";
import { stopOnNonFinite } from "../../../nn/callbacks/stopOnNonFinite.js";
import { gatherRows } from "../../../nn/data/rows.js";
import { type Columns, measuredColumns } from "../../../nn/data/source.js";
import { resumeInto } from "../../../nn/files/resumeInto.js";
import type { Model } from "../../../nn/models/model.js";
import { weightsOf } from "../../../nn/models/serialize.js";
import { withRuntime } from "../../../nn/models/withRuntime.js";
import { evaluateColumns } from "../../../nn/training/evaluate.js";
import type { Logs } from "../../../nn/training/logs.js";
import { predictRows } from "../../../nn/training/predict.js";
import { lockMember } from "./files/lockMember.js";
import { keepMember, readMember, trainingFolder } from "./files/memberFiles.js";
import type { MemberResult } from "./memberResult.js";
import type { BuiltNetwork, MembersSettings } from "./options.js";
import { TrainingRecord } from "./trainingRecord.js";

/** How every member is trained. */
export type TrainingSettings = Pick<
  MembersSettings,
  "epochs" | "batchSize" | "shuffle" | "validationSplit" | "threads" | "checkpointEpochs" | "classWeight"
>;

/** What one member learns from, and where it is kept. */
export interface MemberRows {
  readonly training: Int32Array;
  /** Rows that it does not see; may be none. */
  readonly heldOut: Int32Array;
  /** Its own. */
  readonly folder: string | undefined;
}

export interface MemberSurroundings {
  readonly runtime: Runtime;
  /** Milliseconds; training ends after the batch in which they are over. */
  readonly timeLimit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch: (epoch: number, logs: Logs) => void;
}

/**
 * Trains one network, going on where it stood if its folder has a checkpoint, and lets it predict the rows that it had not
 * seen. What comes out depends on the network, the rows, the settings and the number of the runtime's threads alone.
 *
 * @throws the signal's reason when it aborts; ImagoError on a loss, weights or predictions that are not finite, and when the
 *   time is over
 */
export async function trainMember(
  built: BuiltNetwork,
  columns: Columns,
  rows: MemberRows,
  settings: TrainingSettings,
  surroundings: MemberSurroundings,
): Promise<MemberResult> {
  const { folder } = rows;
  if (folder === undefined) return trainUnlocked(built, columns, rows, settings, surroundings);
  const lock = await lockMember(folder);
  try {
    // The process that had it before may have come to its end.
    const kept = await readMember(folder);
    return kept ?? (await trainUnlocked(built, columns, rows, settings, surroundings));
  } finally {
    lock.release();
  }
}

async function trainUnlocked(
  built: BuiltNetwork,
  columns: Columns,
  { training, heldOut, folder }: MemberRows,
  settings: TrainingSettings,
  surroundings: MemberSurroundings,
): Promise<MemberResult> {
  const model = withRuntime(built.model, surroundings.runtime);
  try {
    const record = new TrainingRecord(surroundings);
    await train(model, built, rowsOf(columns, training), folder, settings, record, surroundings);
    const unseen = heldOut.length === 0 ? undefined : rowsOf(columns, heldOut);
    const measured =
      unseen === undefined ? nothing : await measure(model, unseen, settings.batchSize, surroundings.signal);
    const result = { weights: weightsOf(model), history: record.history, ...measured };
    if (folder !== undefined) await keepMember(folder, model, result);
    return result;
  } finally {
    await model.dispose();
  }
}

const nothing = { predictions: {}, figures: {} };

/** Without weights of classes: training has them from its settings, and what is held out is measured without. */
function rowsOf(columns: Columns, rows: Int32Array): Columns {
  const { inputs, targets, weights } = measuredColumns(columns);
  const optional = (tensor: Tensor | undefined) => tensor && gatherRows(tensor, rows);
  return {
    size: rows.length,
    inputs: inputs.map((tensor) => gatherRows(tensor, rows)),
    targets: targets.map(optional),
    weights: weights.map(optional),
  };
}

async function train(
  model: Model,
  { callbacks = [] }: BuiltNetwork,
  { inputs, targets, weights }: Columns,
  folder: string | undefined,
  settings: TrainingSettings,
  record: TrainingRecord,
  { signal }: MemberSurroundings,
): Promise<void> {
  const { epochs, batchSize, shuffle, validationSplit, checkpointEpochs, classWeight } = settings;
  const checkpoint = folder === undefined ? undefined : trainingFolder(folder);
  const resume = checkpoint === undefined ? undefined : await resumeInto(model, checkpoint);
  const saving =
    checkpoint === undefined ? [] : [modelCheckpoint({ folder: checkpoint, everyEpochs: checkpointEpochs })];
  const history = await model.fit(inputs as never, targets as never, {
    epochs,
    batchSize,
    shuffle,
    validationSplit,
    sampleWeight: weights,
    classWeight,
    resume,
    signal,
    callbacks: [...callbacks, record, stopOnNonFinite(), ...saving],
  });
  signal?.throwIfAborted();
  record.check(history.stopped);
}

async function measure(
  model: Model,
  heldOut: Columns,
  batchSize: number,
  signal: AbortSignal | undefined,
): Promise<Pick<MemberResult, "predictions" | "figures">> {
  const trainer = await model.trainer();
  const results = await predictRows(trainer, heldOut.inputs, batchSize, { signal });
  const predictions = Object.fromEntries(
    model.outputs.map(({ name }, index) => [name, results[index] as Tensor] as const),
  );
  for (const [name, tensor] of Object.entries(predictions)) checkFinite(name, tensor);
  return { predictions, figures: await evaluateColumns(model, trainer, heldOut, batchSize) };
}

function checkFinite(name: string, tensor: Tensor): void {
  const numbers = toNumbers(tensor);
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isFinite(numbers[i])) continue;
    throw new ImagoError(
      `its output "${name}" is ${numbers[i]} for a row that it had not seen; predictions must be finite.`,
    );
  }
}
