import { ImagoError } from "../../../../engine/errors.js";
import { counted } from "../../../../engine/words.js";
import { type ColumnFacts, presentOf } from "../facts/columnFacts.js";
import { dropped, forcedText } from "./decideTexts.js";
import { type ColumnPlan, mostUnreadable } from "./plan.js";
import { missingText, subject } from "./sentences.js";

/** What finds features in pictures. */
export interface PictureReader {
  /** Its name. */
  readonly network: string;
  /** How many features it finds. */
  readonly features: number;
}

/** Whether nearly all cells are names of picture files. */
export const arePictures = (facts: ColumnFacts): boolean =>
  facts.pictures > 0 && facts.pictures >= (1 - mostUnreadable) * presentOf(facts);

/** @throws ImagoError where the user says that a column is one of pictures and nothing finds features in them */
export function pictureColumn(
  facts: ColumnFacts,
  reader: PictureReader | undefined,
  forced: boolean,
): ColumnPlan {
  if (reader === undefined) {
    if (!forced) return dropped(facts, "text", "names of pictures, which nothing here looks into");
    throw new ImagoError(`as: ${subject(facts)} cannot be a picture: nothing here looks into pictures.`, {
      help: "Give planTable pictures: what finds features in them.",
    });
  }
  const { network, features } = reader;
  return {
    use: true,
    name: facts.name,
    column: { kind: "picture", name: facts.name, network, features },
    forced,
    why: [
      `${forcedText(forced)}names of pictures: ${counted(features, "feature")} that ${network} finds in each`,
      ...missingText(facts),
    ].join("; "),
    warnings: [],
  };
}
