import { ImagoError } from "../../../engine/errors.js";
import type { ClassifierRecord } from "../../../vision/classifierRecord.js";
import { differenceOfPictures } from "../files/classifierFolder.js";
import type { ClassifySettings } from "../options.js";
import type { TrainingRecord } from "../trainingRecord.js";

/** What a training is of. */
export interface TrainingIdentity extends Pick<TrainingRecord, "pictures" | "base"> {
  /** How pictures were and are made ready. */
  readonly record: {
    readonly saved: Pick<ClassifierRecord, "size" | "fit" | "background">;
    readonly given: Pick<ClassifierRecord, "size" | "fit" | "background">;
  };
}

/**
 * Makes sure that a training is gone on with as it was begun.
 *
 * @throws ImagoError naming what is another
 */
export function sameTraining(
  folder: string,
  record: TrainingRecord,
  { pictures, base, record: seen }: TrainingIdentity,
  settings: ClassifySettings,
): void {
  const { plan } = record;
  const differs = (what: string, before: unknown, now: unknown): ImagoError =>
    new ImagoError(
      `${folder} was begun with ${what} ${String(before)}, and would go on with ${String(now)}.`,
      {
        help: "Go on as it was begun, or begin a new one in another folder.",
      },
    );
  if (record.base?.sha256 !== base?.sha256 || record.base?.cut !== base?.cut) {
    throw differs("network", record.base?.name ?? plan.network, base?.name ?? settings.network ?? "small");
  }
  if (record.base?.preprocessing !== base?.preprocessing) {
    throw differs("preprocessing", record.base?.preprocessing, base?.preprocessing);
  }
  for (const name of ["size", "fit", "background"] as const) {
    const [before, now] = [seen.saved[name], seen.given[name]].map((value) => [value].flat().join(" × "));
    if (before !== now) throw differs(`pictures of ${name}`, before, now);
  }
  // What a frozen base was trained with says nothing of how it is fine-tuned afterwards.
  const isMore = settings.fineTune && !record.fineTune && record.stage === "done";
  const given = { ...settings, network: base === undefined ? settings.network : undefined };
  for (const name of isMore
    ? []
    : (["network", "epochs", "batchSize", "learningRate", "augment", "patience"] as const)) {
    const now = given[name];
    if (now !== undefined && now !== plan[name]) throw differs(name, plan[name], now);
  }
  for (const name of ["fineTune", "classWeights", "seed"] as const) {
    if (isMore && name === "fineTune") continue;
    if (settings[name] !== record[name]) throw differs(name, record[name], settings[name]);
  }
  const difference = differenceOfPictures(record.pictures, pictures);
  if (difference === undefined) return;
  const what = difference === "names" ? "names, classes or parts are" : "what is in some of their files is";
  throw new ImagoError(`${folder} was begun on other pictures: ${what} not the same as then.`, {
    help: "Go on with the folder of pictures as it was, or begin a new one in another folder.",
  });
}
