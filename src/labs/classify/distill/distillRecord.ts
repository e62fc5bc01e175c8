import { ImagoError } from "../../../engine/errors.js";
import {
  accepting,
  type FieldsOf,
  list,
  number,
  oneOf,
  readOptions,
  record,
  text,
  unchecked,
} from "../../../engine/options.js";
import { readTrainingRecord, type TrainingRecord } from "../trainingRecord.js";
import type { DistillSettings, StudentRole } from "./distillOptions.js";

/** What of a distillation is kept beside the student, so that it can go on and says what it was. */
export interface DistillRecord {
  readonly version: 1;
  readonly role: StudentRole;
  readonly training: TrainingRecord;
  /** Of the weights. */
  readonly teachers: readonly { readonly name: string; readonly sha256: string }[];
  /** Height and width at which the student looks. */
  readonly size: readonly [height: number, width: number];
  readonly temperature: number;
  readonly alpha: number;
}

const isSize = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every((side) => Number.isSafeInteger(side) && side > 0);

const fields = {
  version: number({ min: 1, max: 1, integer: true }),
  role: oneOf(["distilled", "alone"]),
  training: unchecked<object>("an object"),
  teachers: list(record({ name: text(), sha256: text() }), "an array of teachers"),
  size: accepting("[height, width]", isSize),
  temperature: number({ above: 0 }),
  alpha: number({ min: 0, max: 1 }),
} satisfies FieldsOf<Omit<DistillRecord, "training"> & { readonly training: object }>;

/** @throws ImagoError naming what is missing, or not as it is written */
export function readDistillRecord(where: string, value: unknown): DistillRecord {
  const read = readOptions(where, value, fields);
  return { ...read, version: 1, training: readTrainingRecord(`${where}: training`, read.training) };
}

/**
 * Makes sure that a distillation is gone on with as it was begun.
 *
 * @throws ImagoError naming what is another
 */
export function sameDistillation(
  folder: string,
  before: DistillRecord,
  now: Omit<DistillRecord, "version" | "role" | "training"> & Pick<TrainingRecord, "pictures">,
  settings: DistillSettings,
): void {
  const { plan, seed, pictures } = before.training;
  const differs = (what: string, was: unknown, is: unknown): ImagoError =>
    new ImagoError(`${folder} was begun with ${what} ${String(was)}, and would go on with ${String(is)}.`, {
      help: "Go on as it was begun, or begin a new one in another folder.",
    });
  if (
    before.teachers.map(({ sha256 }) => sha256).join() !== now.teachers.map(({ sha256 }) => sha256).join()
  ) {
    const names = (teachers: DistillRecord["teachers"]) => teachers.map(({ name }) => name).join(", ");
    throw differs("the teacher", names(before.teachers), `${names(now.teachers)}, which is not the same`);
  }
  // Where minutes are given, epochs are the most that there may be.
  const epochs = settings.minutes === undefined ? settings.epochs : undefined;
  const { network, batchSize, learningRate, augment, patience } = settings;
  const asked = { network, epochs, batchSize, learningRate, augment, patience };
  for (const [name, value] of Object.entries(asked)) {
    const was = plan[name as keyof typeof asked];
    if (value !== undefined && value !== was) throw differs(flagOf[name] ?? name, was, value);
  }
  for (const name of ["temperature", "alpha"] as const) {
    if (now[name] !== before[name]) throw differs(name, before[name], now[name]);
  }
  if (settings.seed !== seed) throw differs("seed", seed, settings.seed);
  if (String(before.size) !== String(now.size)) {
    throw differs("a student of size", before.size.join(" × "), now.size.join(" × "));
  }
  if (pictures === now.pictures) return;
  throw new ImagoError(
    `${folder} was begun on other pictures: names, classes or parts are not the same as then.`,
    { help: "Go on with the folder of pictures as it was, or begin a new one in another folder." },
  );
}

/** What options are called in a sentence. */
const flagOf: Readonly<Record<string, string>> = {
  network: "the student",
  batchSize: "batches of",
  learningRate: "a learning rate of",
  augment: "augmentation",
};
