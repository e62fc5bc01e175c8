import type { NodeRecord } from "../proto/records.js";

/** What `openSizes` gives when a model depends on its sizes in a way that no operator of the file can follow. */
export class FixedSize extends Error {
  override readonly name = "FixedSize";
  /** The layer, by the names that its nodes bear; absent where that is not known. */
  readonly layer: string | undefined;

  constructor(what: string, layer: string | undefined) {
    super(layer === undefined ? `the graph: ${what}` : `layer "${layer}": ${what}`);
    this.layer = layer;
  }
}

/** The layer to which a node belongs: nodes are named by the way to them. */
export function layerOf({ name = "" }: NodeRecord): string | undefined {
  const end = name.lastIndexOf("/");
  return end < 0 ? undefined : name.slice(0, end);
}
