import { ImagoError, messageOf } from "../../../engine/errors.js";
import { formatType, type Tensor } from "../../../engine/tensor/tensor.js";
import type { Columns } from "../../../nn/data/source.js";
import { digestOf } from "../../../nn/files/folder.js";
import type { Model } from "../../../nn/models/model.js";
import { saveArchitecture, weightsOf } from "../../../nn/models/serialize.js";
import type { RunIdentity } from "./files/runFolder.js";
import type { MemberPlan } from "./memberPlan.js";
import type { MembersSettings } from "./options.js";

/**
 * What tells a run from others whose results must not mix with its own. What callbacks do is not looked at.
 *
 * @param model the first member's network before training
 * @throws ImagoError where the network cannot be saved
 */
export function identityOf(
  where: string,
  model: Model,
  columns: Columns,
  plans: readonly MemberPlan[],
  settings: MembersSettings,
): RunIdentity {
  const { seed, epochs, batchSize, shuffle, validationSplit, threads } = settings;
  const rows = plans.map(({ training, heldOut }) => [[...training], [...heldOut]]);
  const weights = Object.entries(weightsOf(model));
  return {
    x: tensorsDigest(columns.inputs),
    y: tensorsDigest(columns.targets),
    "sample weights": tensorsDigest(columns.weights),
    "rows of the members": textDigest(JSON.stringify(rows)),
    network: textDigest(architectureText(where, model)),
    "first weights": textDigest(
      weights.map(([path, tensor]) => `${path} ${tensorDigest(tensor)}`).join("\n"),
    ),
    seed,
    epochs,
    batchSize,
    shuffle,
    validationSplit,
    threads,
  };
}

const textDigest = (text: string): string => digestOf(new TextEncoder().encode(text)).sha256;

function tensorDigest(tensor: Tensor | undefined): string {
  return tensor === undefined ? "none" : `${formatType(tensor)} ${digestOf(tensor.bytes).sha256}`;
}

const tensorsDigest = (tensors: readonly (Tensor | undefined)[]): string =>
  textDigest(tensors.map(tensorDigest).join("\n"));

function architectureText(where: string, model: Model): string {
  try {
    const { seed: _, ...architecture } = saveArchitecture(model);
    return JSON.stringify(architecture);
  } catch (cause) {
    const why = messageOf(cause);
    throw new ImagoError(`${where}: folder: the network cannot be saved: ${why}`, { cause });
  }
}
