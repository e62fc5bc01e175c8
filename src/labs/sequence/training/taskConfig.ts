import { ImagoError, shown } from "../../../engine/errors.js";
import { isRecord } from "../../../engine/files/parseJson.js";
import { readOptions } from "../../../engine/options.js";
import { readStrokeTaskConfig, type StrokeTaskConfig } from "../handwriting/strokeTaskConfig.js";
import { type TokenTaskConfig, tokenTaskFields } from "../items/tokenTaskConfig.js";
import { tokenKindNames } from "../kinds/tokenKinds.js";
import { type PictureTaskConfig, pictureTaskFields } from "../pictures/pictureTask.js";
import { type SpeechTaskConfig, speechTaskFields } from "../speech/speechTaskConfig.js";

/** What a network for items is made of, as it is saved. */
export type TaskConfig = TokenTaskConfig | PictureTaskConfig | SpeechTaskConfig | StrokesConfig;

/** What a network for pen strokes is made of, as it is saved. */
export interface StrokesConfig {
  readonly kind: "strokes";
  readonly strokes: StrokeTaskConfig;
}

/** @throws ImagoError on a kind that is not known, and on what is not as it is saved */
export function readTaskConfig(where: string, value: unknown): TaskConfig {
  const kind = isRecord(value) ? value.kind : undefined;
  const isTokens = tokenKindNames.some((name) => name === kind);
  if (isTokens) return readOptions(where, value, tokenTaskFields);
  if (kind === "pictures") return readOptions(where, value, pictureTaskFields);
  if (kind === "speech") return readOptions(where, value, speechTaskFields);
  if (kind === "strokes" && isRecord(value)) {
    return { kind, strokes: readStrokeTaskConfig(where, value.strokes) };
  }
  throw new ImagoError(`${where}: the kind of its items is ${shown(kind)}, which this Imago does not know.`);
}
