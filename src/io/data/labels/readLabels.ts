import { ImagoError } from "../../../engine/errors.js";
import type { Labelled } from "../listing/layout.js";
import type { PartName } from "../listing/names.js";
import type { Place } from "../listing/place.js";
import type { Walk } from "../listing/walk.js";

export interface LabelRequest {
  readonly name: string;
  readonly place: Place;
  readonly walk: Walk;
  readonly part: PartName | undefined;
  readonly strict: boolean;
}
export async function readLabels(file: string, _request: LabelRequest): Promise<Labelled> {
  throw new ImagoError(`imageFolder: ${file}: not yet.`);
}
