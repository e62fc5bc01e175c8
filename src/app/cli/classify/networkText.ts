import { printable } from "../../../engine/errors.js";
import type { ChosenNetwork } from "./chosenNetwork.js";

const fits = {
  cover: "cropped to the middle where its shape is another",
  contain: "with borders where its shape is another",
  stretch: "stretched where its shape is another",
} as const;

/** Which network learns the pictures, and how it sees them. */
export function formatNetwork(
  { network, base, size: [height, width], augment, why }: ChosenNetwork,
  fit: keyof typeof fits,
  fineTune: boolean,
): string {
  const what =
    base === undefined
      ? `${network}, from scratch`
      : `${printable(base.name)}${why === undefined ? "" : ` (${why})`}, cut at ${printable(base.cut)}; ${fineTune ? "a head, then all of it" : "its weights stay, a head is learnt"}`;
  const changes =
    base !== undefined && !fineTune
      ? augment === "photo"
        ? "; learnt mirrored too"
        : ""
      : `; augmentation: ${augment}`;
  return `Network: ${what}.\nPictures: ${width} × ${height}, ${fits[fit]}${changes}.\n`;
}
