import { choice, float, int, type ParamsOf, type Space } from "../../../../methods/tune/space/parameters.js";
import type { TextOptions } from "../config.js";

/**
 * What is worth trying of a text's options: how fast it learns, how large the network is, how much is dropped, and how far it
 * looks back. The cell, the mode and the vocabulary are for the user to say.
 */
export const textSpace = {
  learningRate: float(1e-3, 3e-2, { log: true }),
  units: int(64, 512, { log: true }),
  layers: int(1, 2),
  dropout: float(0, 0.4),
  length: choice([30, 60, 100]),
  batchSize: choice([64, 128, 256]),
} satisfies Space & { readonly [K in keyof TextOptions]?: unknown };

/** What a trial says of the options. */
export type TextParams = Partial<ParamsOf<typeof textSpace>>;

/** The space without what the user has said already. */
export function textSpaceWithout(given: TextOptions): Space {
  return Object.fromEntries(
    Object.entries(textSpace).filter(([name]) => given[name as keyof TextOptions] === undefined),
  );
}
