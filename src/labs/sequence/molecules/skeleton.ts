import { bondsByAtom, otherEnd } from "./graphs.js";
import { readSmiles } from "./readSmiles.js";

/** How far from an atom its neighbourhood is looked at. */
const rounds = 4;

/**
 * A key that is the same for all ways of writing a molecule, and rarely for two molecules: hashes of its atoms without hydrogens and of
 * what hangs on them, whatever the bonds are (Weisfeiler and Leman, 1968). Double bonds and charges are left out because aromatic rings
 * and nitro groups can be written in several ways.
 *
 * @returns `undefined` for what cannot be read
 */
export function skeletonOf(smiles: string): string | undefined {
  const { atoms, bonds, faults } = readSmiles(smiles);
  if (faults.length > 0) return undefined;
  const byAtom = bondsByAtom(atoms.length, bonds);
  let labels = Uint32Array.from(atoms, ({ element }) => mix(element));
  for (let round = 0; round < rounds; round++) {
    labels = labels.map((label, atom) => {
      let sum = 0;
      for (const bond of byAtom[atom] as readonly number[]) {
        const other = otherEnd(bonds[bond] as (typeof bonds)[number], atom);
        if (atoms[other]?.element !== 1) sum = (sum + mix(labels[other] as number)) >>> 0;
      }
      return mix((Math.imul(label, 31) + sum) >>> 0);
    });
  }
  let [one, other, count] = [0, 0, 0];
  atoms.forEach(({ element }, atom) => {
    if (element === 1) return;
    const label = labels[atom] as number;
    one = (one + label) >>> 0;
    other = (other + mix(label)) >>> 0;
    count++;
  });
  return `${count}-${one}-${other}`;
}

/** Spreads 32 bits over 32 bits: the finaliser of MurmurHash3 (Appleby, public domain). */
function mix(value: number): number {
  let bits = (value + 0x9e3779b9) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
