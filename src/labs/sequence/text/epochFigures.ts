import { isRecord } from "../../../engine/files/parseJson.js";
import { accepting, list } from "../../../engine/options.js";
import type { EpochFigures } from "./trainer.js";

/** JSON has `null` for one that is not finite, too. */
const isFigure = (value: unknown): boolean => value === null || typeof value === "number";

const isFigures = (value: unknown): value is EpochFigures =>
  isRecord(value) && isFigure(value.loss) && isFigure(value.heldOut);

/** What is remembered of finished epochs, which may come from a file. */
export const epochFigures = list(
  accepting("an epoch's { loss, heldOut }", isFigures),
  "an array of epochs' figures",
);
