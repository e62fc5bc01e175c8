import { ImagoError } from "../../engine/errors.js";
import type { Columns } from "../../nn/data/source.js";
import { withRows } from "./data.js";
import { digestOf, digestOfViews, type NamedData } from "./digest.js";
import type { Plan } from "./plan.js";
import { SoftTargets, type SoftTargetsInfo } from "./teachers/softTargets.js";

const namedInputs = ({ student }: Plan, { inputs }: Columns): NamedData[] =>
  inputs.map((tensor, index) => ({ name: student.inputs[index]?.name as string, tensor }));

async function areOf({ data, rows }: SoftTargetsInfo, named: NamedData[], size: number): Promise<boolean> {
  return rows === size && data === (await digestOf(named));
}

/** How the data of targets differ from others. */
const unlike = ({ rows }: SoftTargetsInfo, size: number): string =>
  rows === size
    ? `of other data: as many rows, ${size}, but their contents or their order differ`
    : `of other data: ${rows} rows, and these are ${size}`;

/** @throws when soft targets are of other data than are trained on, or of other views of them */
export async function checkKept(plan: Plan, columns: Columns): Promise<void> {
  const { teacher, views = 1 } = plan;
  if (!(teacher instanceof SoftTargets)) return;
  const { info } = teacher;
  const named = namedInputs(plan, columns);
  if (!(await areOf(info, named, columns.size))) {
    throw new ImagoError(`fit: the soft targets are ${unlike(info, columns.size)}.`, {
      help: "Compute them for these data, in this order: softTargets(teacher, x, { file }).",
    });
  }
  if (info.sample === undefined || info.sample === (await digestOfViews(named, plan, views))) return;
  throw new ImagoError("fit: augment makes other views than those that the soft targets are of.");
}

/** @throws when rows of the same data are held back for validation, and neither labels nor targets are of them */
export function checkHeldBack({ teacher }: Plan, { targets }: Columns, validationSplit: number): void {
  if (validationSplit === 0 || !(teacher instanceof SoftTargets) || teacher.info.views === undefined) return;
  if (targets.some((one) => one !== undefined)) return;
  throw nothing("fit: validationSplit", "of augmented views, and validation sees the rows as they stand");
}

/**
 * Data to evaluate on. Those that soft targets are of carry their row numbers, so that they have them; others have the
 * loss on labels alone.
 *
 * @param what who was given them, as errors name it
 * @throws when they have no labels either
 */
export async function evaluated(what: string, plan: Plan, columns: Columns): Promise<Columns> {
  const { teacher } = plan;
  if (!(teacher instanceof SoftTargets)) return columns;
  const { info } = teacher;
  const same = await areOf(info, namedInputs(plan, columns), columns.size);
  if (same && info.views === undefined) return withRows(columns);
  if (columns.targets.some((one) => one !== undefined)) return columns;
  throw nothing(
    what,
    same ? "of augmented views, and this call sees the rows as they stand" : unlike(info, columns.size),
  );
}

const nothing = (what: string, why: string): ImagoError =>
  new ImagoError(`${what}: there are no labels, and the soft targets are ${why}.`, {
    help: "Give labels, or a teacher that runs beside the student.",
  });
