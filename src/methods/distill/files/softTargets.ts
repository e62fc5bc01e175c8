import { ImagoError } from "../../../engine/errors.js";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { holdFile } from "../../../engine/files/lock/holdFolder.js";
import { writeSafetensors } from "../../../engine/formats/safetensors.js";
import {
  abortSignal,
  callable,
  type FieldsOf,
  number,
  oneOf,
  optional,
  readOptions,
  text,
} from "../../../engine/options.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { sliceRows } from "../../../nn/data/rows.js";
import { runtimeField } from "../../../nn/models/fields.js";
import { type Augment, type Views, viewOf } from "../augment.js";
import type { NamedData } from "../digest.js";
import { teachersField, viewFields } from "../options.js";
import { Guesses } from "../teachers/guesses.js";
import { LiveTeachers } from "../teachers/live.js";
import type { TeacherNetwork } from "../teachers/network.js";
import { infoOf, inputsOf } from "../teachers/precomputed.js";
import type { SoftTargets, SoftTargetsInfo } from "../teachers/softTargets.js";
import { Warnings } from "../warnings.js";
import { PartialFile } from "./partialFile.js";
import { readIfThere, readSoftTargets, softTargetsMetadata } from "./readSoftTargets.js";

export interface SoftTargetsOptions {
  /** Where they are kept: a safetensors file. While they are computed, what there is stands in `FILE.partial`. */
  readonly file: string;
  /** Changes a sample's inputs; give `distill` the same. Default: the samples as they stand. */
  readonly augment?: Augment | undefined;
  /** How many views of each sample are made by `augment`. Default: 1. */
  readonly views?: number | undefined;
  /** Seeds `augment`. Default: 0. */
  readonly seed?: number | undefined;
  /** What outputs are, where the graph does not show a softmax. Default: told by their first values. */
  readonly teacherGives?: "logits" | "probabilities" | undefined;
  /** Default: 100. */
  readonly batchSize?: number | undefined;
  /** Where programs run. Default: ONNX Runtime's own library in Node. */
  readonly runtime?: Runtime | undefined;
  /** Told how many of all samples and views are done. */
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
  /** Told of each warning as it comes; `distill` says them again in `distillation.warnings`. */
  readonly onWarning?: ((warning: string) => void) | undefined;
  /** Ends the work after a batch; the same call goes on there. */
  readonly signal?: AbortSignal | undefined;
}

const fields = {
  file: text(),
  ...viewFields,
  teacherGives: optional(oneOf(["logits", "probabilities"])),
  batchSize: number({ default: 100, min: 1, integer: true }),
  runtime: runtimeField,
  onProgress: optional(callable<(done: number, all: number) => void>()),
  onWarning: optional(callable<(warning: string) => void>()),
  signal: abortSignal,
} satisfies FieldsOf<SoftTargetsOptions>;

type Settings = ReturnType<typeof settingsOf>;

function settingsOf(options: unknown) {
  const read = readOptions("softTargets", options, fields);
  if (read.views !== undefined && read.augment === undefined) {
    throw new ImagoError("softTargets: views count what augment makes; give augment too.");
  }
  return { ...read, views: read.augment === undefined ? undefined : (read.views ?? 1) };
}

/**
 * What teachers say of data, computed once and kept in a file by row number: every teacher's logits, so that any
 * temperature and average can be had of them later.
 *
 * A file that is there already is checked and read. Work that was interrupted goes on after its last whole batch and
 * ends with the same bytes.
 *
 * @param teacher one network or several, with the same inputs
 * @param x data for its inputs: one tensor, a list, or a record by name
 * @throws when the file is of other data, another teacher or other views; it is left as it is; and while another process computes it
 */
export async function softTargets(
  teacher: TeacherNetwork | readonly TeacherNetwork[],
  x: unknown,
  options: SoftTargetsOptions,
): Promise<SoftTargets> {
  const settings = settingsOf(options);
  const given = teachersField.read("softTargets", "teacher", teacher);
  const teachers: readonly TeacherNetwork[] = Array.isArray(given) ? given : [given as TeacherNetwork];
  const inputs = inputsOf(teachers, x);
  const info = await infoOf(teachers, inputs, settings);
  const { file } = settings;
  const there = await readIfThere(file);
  if (there !== undefined) return checkSame(file, info, there);
  const lock = await holdFile(file);
  try {
    // Someone else may have come to an end meanwhile.
    const done = await readIfThere(file);
    if (done !== undefined) return checkSame(file, info, done);
    await compute(teachers, inputs, info, settings);
    return await readSoftTargets(file);
  } finally {
    lock.release();
  }
}

/** What two files of soft targets may differ in, as errors say it. */
const differences: readonly (readonly [keyof SoftTargetsInfo, string])[] = [
  ["data", "other data"],
  ["teachers", "another teacher"],
  ["views", "another number of views"],
  ["seed", "views under another seed"],
  ["sample", "views of another augment"],
  ["gives", "the same teacher under another teacherGives"],
];

function checkSame(file: string, wanted: SoftTargetsInfo, there: SoftTargets): SoftTargets {
  const found = differences.find(([key]) => wanted[key] !== there.info[key]);
  if (found === undefined) return there;
  throw new ImagoError(`softTargets: ${file} holds targets of ${found[1]}.`, {
    help: "Give another file, or remove this one.",
  });
}

/** One batch of one view. */
interface Portion {
  readonly view: number;
  readonly from: number;
  readonly to: number;
}

function portionsOf({ rows, views = 1 }: SoftTargetsInfo, batchSize: number): Portion[] {
  return Array.from({ length: views }, (_, view) =>
    Array.from({ length: Math.ceil(rows / batchSize) }, (_, index) => {
      const from = index * batchSize;
      return { view, from, to: Math.min(from + batchSize, rows) };
    }),
  ).flat();
}

async function compute(
  teachers: readonly TeacherNetwork[],
  inputs: readonly NamedData[],
  info: SoftTargetsInfo,
  settings: Settings,
): Promise<void> {
  const { file, batchSize, onProgress, signal } = settings;
  const pupil = {
    inputs: inputs.map(({ name, tensor }) => ({ name, shape: tensor.shape })),
    outputs: info.outputs.map((name) => ({ name })),
  };
  const warnings = new Warnings(settings.onWarning);
  const guesses = new Guesses(settings.teacherGives, (warning) => warnings.say(warning));
  const live = new LiveTeachers(teachers, pupil, { ...settings, guesses });
  const partial = new PartialFile(`${file}.partial`, { ...info, batchSize });
  try {
    const portions = portionsOf(info, batchSize);
    const whole = await partial.open(portions.map(({ from, to }) => to - from));
    let done = 0;
    for (const [index, portion] of portions.entries()) {
      done += portion.to - portion.from;
      // What the first values say the outputs are must hold for the rest, so they are looked at again.
      if (index === 0 && whole > 0) await targetsOf(live, inputs, portion, settings);
      if (index < whole) continue;
      signal?.throwIfAborted();
      await partial.append(await targetsOf(live, inputs, portion, settings));
      onProgress?.(done, info.rows * (info.views ?? 1));
    }
    const said = { ...info, ...(warnings.list.length > 0 && { warnings: warnings.list }) };
    await atomicWrite(file, writeSafetensors(await partial.tensors(), softTargetsMetadata(said)));
  } finally {
    await partial.close();
    await live.dispose();
  }
  await partial.remove();
}

function targetsOf(
  live: LiveTeachers,
  inputs: readonly NamedData[],
  { view, from, to }: Portion,
  views: Views,
): Promise<Readonly<Record<string, Tensor>>> {
  const rows = Array.from({ length: to - from }, (_, index) => from + index);
  const batch = inputs.map(({ tensor }) => sliceRows(tensor, from, to));
  return live.targets({ inputs: viewOf(views, batch, rows, view) });
}
