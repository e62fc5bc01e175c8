import { ImagoError } from "../../../engine/errors.js";
import type { Place } from "../listing/place.js";

export class Archives {
  readonly cache: string | undefined;
  constructor(cache: string | undefined, _signal: AbortSignal | undefined) {
    this.cache = cache;
  }
  async open(_place: Place, archive: string, _root: string): Promise<Place> {
    throw new ImagoError(`imageFolder: ${archive}: not yet.`);
  }
  async openFile(path: string, _name: string): Promise<Place> {
    throw new ImagoError(`imageFolder: ${path}: not yet.`);
  }
  async release(): Promise<void> {}
}
