import { anyText } from "../../../engine/arguments.js";
import { valenceFault } from "./faults.js";
import { bondsByAtom, otherEnd } from "./graphs.js";
import { aromaticFaults } from "./kekulise.js";
import {
  type PlacedAtom,
  readSmiles,
  type SmilesBond,
  type SmilesFault,
  type SmilesGraph,
} from "./readSmiles.js";
import { type AtomBonds, stateOf } from "./valence.js";

/**
 * What is wrong with a SMILES, by our own reading of OpenSMILES 1.0: RDKit says only whether it is valid. Valences and aromatic systems
 * are judged as RDKit 2026.09.1 does. Aromatic systems are looked at only where the form is right, since a ring left open would be
 * said twice.
 *
 * @param text any text; salts, isotopes, charges and chirality are read
 * @returns the faults in the order of the text, each with its reason and place; none for what is valid. The empty text is not valid,
 *   other than for RDKit, and neither is a ring that opens and closes with two different bonds.
 * @throws ImagoError on what is no text
 */
export function checkSmiles(text: string): readonly SmilesFault[] {
  const graph = readSmiles(anyText.read("checkSmiles", "text", text));
  const { atoms, bonds } = withCharges(graph);
  const bondsOf = countBonds(atoms.length, bonds);
  const exceeded = atoms.flatMap((atom, number) => {
    const own = bondsOf[number] as AtomBonds;
    const { exceeds } = stateOf(atom, own);
    const count = own.aromatic + own.orders + (atom.hydrogens ?? 0);
    return exceeds === undefined ? [] : [valenceFault(atom, count, exceeds)];
  });
  if (graph.faults.length > 0 || exceeded.length > 0) {
    return [...graph.faults, ...exceeded].sort((a, b) => a.at - b.at);
  }
  return aromaticFaults(atoms, bonds, bondsOf);
}

/** What each atom is bound by. */
export function countBonds(count: number, bonds: readonly SmilesBond[]): readonly AtomBonds[] {
  const counts = Array.from({ length: count }, () => ({ aromatic: 0, others: 0, orders: 0 }));
  for (const { from, to, order, isAromatic } of bonds) {
    for (const atom of [from, to]) {
      const one = counts[atom] as { aromatic: number; others: number; orders: number };
      if (isAromatic) one.aromatic++;
      else {
        one.others++;
        one.orders += order;
      }
    }
  }
  return counts;
}

interface Changeable {
  readonly atoms: readonly { readonly element: number; charge: number }[];
  readonly bonds: readonly { readonly from: number; readonly to: number; order: number }[];
}

/**
 * The graph with charges where they are usually left out: nitro groups `N(=O)=O`, azides `N=N#N` and oxygen acids of chlorine, bromine
 * and iodine, as RDKit reads them.
 */
function withCharges({ atoms, bonds }: SmilesGraph): Pick<SmilesGraph, "atoms" | "bonds"> {
  const bondsOf = countBonds(atoms.length, bonds);
  const found = atoms.flatMap((atom, number) => {
    return lacksCharge(atom, bondsOf[number] as AtomBonds) ? [number] : [];
  });
  if (found.length === 0) return { atoms, bonds };
  const graph = { atoms: atoms.map((atom) => ({ ...atom })), bonds: bonds.map((bond) => ({ ...bond })) };
  const byAtom = bondsByAtom(atoms.length, bonds);
  for (const atom of found) charge(graph, atom, byAtom[atom] as readonly number[]);
  return graph;
}

/** Nitrogen with five bonds, and halogens with three, five or seven. */
function lacksCharge(atom: PlacedAtom, bonds: AtomBonds): boolean {
  if (atom.charge !== 0) return false;
  const { valence } = stateOf({ ...atom, isAromatic: false }, bonds);
  return atom.element === 7
    ? valence === 5
    : halogens.has(atom.element) && (valence === 3 || valence === 5 || valence === 7);
}

const halogens: ReadonlySet<number> = new Set([17, 35, 53]);

/** Takes one from the order of the first bond that can give it, of a halogen from each. */
function charge({ atoms, bonds }: Changeable, atom: number, own: readonly number[]): void {
  const centre = atoms[atom] as Changeable["atoms"][number];
  const ends = own.map((number) => {
    const bond = bonds[number] as Changeable["bonds"][number];
    return { bond, partner: atoms[otherEnd(bond, atom)] as Changeable["atoms"][number] };
  });
  const isHalogen = centre.element !== 7;
  if (isHalogen && ends.some(({ partner }) => partner.element !== 8)) return;
  const giving = ends.filter(({ bond: { order }, partner: { element, charge } }) => {
    const isOxide = element === 8 && order === 2;
    return isHalogen ? isOxide : charge === 0 && (isOxide || (element === 7 && order === 3));
  });
  for (const { bond, partner } of isHalogen ? giving : giving.slice(0, 1)) {
    bond.order--;
    centre.charge++;
    partner.charge = -1;
  }
}
