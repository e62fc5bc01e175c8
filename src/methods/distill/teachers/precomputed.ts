import { ImagoError } from "../../../engine/errors.js";
import { writeSafetensors } from "../../../engine/formats/safetensors.js";
import type { TensorLike } from "../../../engine/tensor/tensor.js";
import { convert, isTensorLike } from "../../../nn/data/convert.js";
import { Model } from "../../../nn/models/model.js";
import { saveArchitecture, weightsOf } from "../../../nn/models/serialize.js";
import { matchNames } from "../../../nn/network/structure.js";
import type { Views } from "../augment.js";
import { digestOf, digestOfViews, type NamedData, sha256 } from "../digest.js";
import type { Gives } from "./guesses.js";
import { commonOutputs } from "./matching.js";
import { type TeacherNetwork, teacherInputs } from "./network.js";
import type { SoftTargetsInfo } from "./softTargets.js";

/**
 * Data for the inputs of the first teacher, which the others share.
 *
 * @throws when they do not, and on data that do not fit
 */
export function inputsOf([first, ...more]: readonly TeacherNetwork[], x: unknown): NamedData[] {
  const wanted = teacherInputs(first as TeacherNetwork);
  const names = wanted.map(({ name }) => name);
  for (const other of more) {
    const own = teacherInputs(other).map(({ name }) => name);
    if (own.length === 1 && names.length === 1) continue;
    if (own.length === names.length && own.every((name) => names.includes(name))) continue;
    throw new ImagoError(
      `softTargets: ${other.name} has the inputs ${own.join(", ")}, the first ${names.join(", ")}.`,
    );
  }
  const matched = matchNames<TensorLike>("softTargets: inputs", names, x, isTensorLike);
  const data = wanted.map(({ name, dtype, shape }, index): NamedData => {
    const given = matched[index];
    if (given === undefined) throw new ImagoError(`softTargets: there is no data for input "${name}"`);
    // Sizes that a file declares need not hold.
    const sure = first instanceof Model ? shape : undefined;
    const where = `softTargets: input "${name}"`;
    return { name, tensor: convert(given, { where, dtype: dtype ?? "float32", shape: sure }) };
  });
  const rows = data[0]?.tensor.sizeAt(0) ?? 0;
  const other = data.find(({ tensor }) => tensor.sizeAt(0) !== rows);
  if (rows === 0 || other !== undefined) {
    throw new ImagoError("softTargets: expected as many samples, one or more, for every input.");
  }
  return data;
}

async function digestOfTeacher(teacher: TeacherNetwork): Promise<string> {
  if (!(teacher instanceof Model)) return sha256(teacher.bytes);
  const { layers, graph } = saveArchitecture(teacher);
  const architecture = new TextEncoder().encode(JSON.stringify({ layers, graph }));
  return sha256(
    new TextEncoder().encode(
      (await sha256(architecture)) + (await sha256(writeSafetensors(weightsOf(teacher)))),
    ),
  );
}

interface SaidOfTeachers {
  readonly views: number | undefined;
  readonly teacherGives: Gives | undefined;
}

/** What the soft targets of some data by some teachers are to be. */
export async function infoOf(
  teachers: readonly TeacherNetwork[],
  inputs: readonly NamedData[],
  { views, augment, seed, teacherGives }: Views & SaidOfTeachers,
): Promise<SoftTargetsInfo> {
  const digests: string[] = [];
  for (const teacher of teachers) digests.push(await digestOfTeacher(teacher));
  return {
    data: await digestOf(inputs),
    teachers: await sha256(new TextEncoder().encode(digests.join("\n"))),
    rows: inputs[0]?.tensor.sizeAt(0) ?? 0,
    views,
    seed: views === undefined ? 0 : seed,
    sample: views === undefined ? undefined : await digestOfViews(inputs, { augment, seed }, views),
    outputs: commonOutputs(teachers),
    count: teachers.length,
    gives: teacherGives,
  };
}
