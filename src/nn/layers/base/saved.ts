import type { Config } from "../../config/config.js";
import type { Layer } from "./layer.js";

/** What is enough to make a layer again, weights aside: plain JSON. */
export type SavedLayer = {
  /** The type: the name of the function that makes it. */
  readonly layer: string;
  /** `null` for one without a name. */
  readonly name: string | null;
  readonly trainable: boolean;
  readonly config: Config;
};

/**
 * A layer's {@link SavedLayer} form.
 *
 * @throws where the layer holds a function, as lambda does
 */
export function savedLayer({ type, name, trainable, config }: Layer): SavedLayer {
  return { layer: type, name: name ?? null, trainable, config };
}
