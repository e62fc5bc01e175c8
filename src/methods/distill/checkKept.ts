import { ImagoError } from "../../engine/errors.js";
import type { Columns } from "../../nn/data/source.js";
import { digestOf, digestOfViews } from "./digest.js";
import type { Plan } from "./plan.js";
import { SoftTargets } from "./teachers/softTargets.js";

/** @throws when soft targets are of other data, or of other views of them */
export async function checkKept(plan: Plan, { inputs, size }: Columns): Promise<void> {
  const { teacher, student, views = 1 } = plan;
  if (!(teacher instanceof SoftTargets)) return;
  const { data, rows, sample } = teacher.info;
  const named = inputs.map((tensor, index) => ({ name: student.inputs[index]?.name as string, tensor }));
  if (rows !== size || data !== (await digestOf(named))) {
    throw new ImagoError(`fit: the soft targets are of other data: ${rows} rows, and these are ${size}.`, {
      help: "Compute them for these data, in this order: softTargets(teacher, x, { file }).",
    });
  }
  if (sample === undefined || sample === (await digestOfViews(named, plan, views))) return;
  throw new ImagoError("fit: augment makes other views than those that the soft targets are of.");
}
