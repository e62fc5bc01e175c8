import { symbolOf } from "./elements.js";
import type { PlacedAtom, SmilesFault } from "./readSmiles.js";

/**
 * An atom that has more bonds than it may.
 *
 * @param bonds its bonds and hydrogens, double ones counted twice. Of an aromatic atom that may be too few by its own double bond.
 */
export function valenceFault({ element, charge, at }: PlacedAtom, bonds: number, most: number): SmilesFault {
  const charged = charge === 0 ? "" : ` with charge ${charge > 0 ? "+" : ""}${charge}`;
  const count = Math.max(bonds, most + 1);
  const reason = `${symbolOf(element)} at character ${at}${charged} has ${count} bonds, at most ${most} are allowed`;
  return { kind: "valence exceeded", at, reason };
}
