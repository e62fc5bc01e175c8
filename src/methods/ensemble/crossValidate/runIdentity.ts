import { ImagoError } from "../../../engine/errors.js";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { Columns } from "../../../nn/data/source.js";
import type { Model } from "../../../nn/models/model.js";
import { saveArchitecture, weightsOf } from "../../../nn/models/serialize.js";
import { digestOf, type NamedData, sha256 } from "../../distill/digest.js";
import type { RunIdentity } from "./files/runFolder.js";
import type { MemberPlan } from "./memberPlan.js";
import type { MembersSettings } from "./options.js";

/**
 * What tells a run from others whose results must not mix with its own.
 *
 * @param model the first member's network before training
 * @throws ImagoError where the network cannot be saved
 */
export async function identityOf(
  where: string,
  model: Model,
  columns: Columns,
  plans: readonly MemberPlan[],
  settings: MembersSettings,
): Promise<RunIdentity> {
  const { seed, epochs, batchSize, shuffle, validationSplit, threads } = settings;
  const rows = plans.map(({ training, heldOut }) => [[...training], [...heldOut]]);
  return {
    x: await digestOf(named(columns.inputs)),
    y: await digestOf(named(columns.targets)),
    "sample weights": await digestOf(named(columns.weights)),
    "rows of the members": await textDigest(JSON.stringify(rows)),
    network: await textDigest(architectureText(where, model)),
    "first weights": await digestOf(
      Object.entries(weightsOf(model)).map(([name, tensor]) => ({ name, tensor })),
    ),
    seed,
    epochs,
    batchSize,
    shuffle,
    validationSplit,
    threads,
  };
}

function named(tensors: readonly (Tensor | undefined)[]): NamedData[] {
  return tensors.flatMap((tensor, index) => (tensor === undefined ? [] : [{ name: `${index}`, tensor }]));
}

const textDigest = (text: string): Promise<string> => sha256(new TextEncoder().encode(text));

function architectureText(where: string, model: Model): string {
  try {
    const { seed: _, ...architecture } = saveArchitecture(model);
    return JSON.stringify(architecture);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ImagoError(`${where}: folder: the network cannot be saved: ${why}`, { cause });
  }
}
