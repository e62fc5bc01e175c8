import type { NumberRule } from "../engine/options.js";

/** The longer side of a picture to make: less says nothing to a network, more fits into no memory. */
export const imageSide: NumberRule = { min: 16, max: 30_000, integer: true, unit: "px" };
