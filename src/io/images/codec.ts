import type sharp from "sharp";
import { ImagoError } from "../../engine/errors.js";

/**
 * The library that reads and writes images, loaded when the first image comes: it is native code, which the rest of
 * Imago does without.
 *
 * @throws ImagoError when it does not load on this machine
 */
export async function codec(): Promise<typeof sharp> {
  try {
    return (await import("sharp")).default;
  } catch (cause) {
    throw new ImagoError("The library that reads and writes images, sharp, does not load here.", {
      help: "It ships its code in optional packages: install again with npm install --include=optional.",
      cause,
    });
  }
}
