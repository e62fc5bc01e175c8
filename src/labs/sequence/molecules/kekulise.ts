import { valenceFault } from "./faults.js";
import { bondsByAtom, type Edge, otherEnd, ringBonds } from "./graphs.js";
import { Matching } from "./matching.js";
import type { PlacedAtom, SmilesBond, SmilesFault } from "./readSmiles.js";
import { type AtomBonds, needsDoubleBond, stateOf } from "./valence.js";

/**
 * What keeps a molecule's aromatic atoms from having double bonds: one that lies in no ring, and systems whose atoms cannot be paired
 * (every atom that needs a double bond must have it with a neighbour that needs one too, along an aromatic bond of a ring).
 *
 * @param bondsOf what each atom is bound by
 */
export function aromaticFaults(
  atoms: readonly PlacedAtom[],
  bonds: readonly SmilesBond[],
  bondsOf: readonly AtomBonds[],
): SmilesFault[] {
  const inRing = ringBonds(atoms.length, bonds);
  const byAtom = bondsByAtom(atoms.length, bonds);
  const isRingAtom = (atom: number): boolean => byAtom[atom]?.some((bond) => inRing[bond] === 1) ?? false;
  const outside = atoms.filter((atom, number) => atom.isAromatic && !isRingAtom(number));
  if (outside.length > 0) {
    return outside.map(({ token, at }) => ({
      kind: "aromatic atom outside a ring",
      at,
      reason: `aromatic atom ${token} at character ${at} lies in no ring`,
    }));
  }
  const needs = atoms.map((atom, number) => {
    return atom.isAromatic && needsDoubleBond(atom, bondsOf[number] as AtomBonds);
  });
  const open = bonds.filter((_bond, number) => inRing[number] === 1);
  const faults = systemsOf(atoms, open, needs).flatMap((system) => {
    return canPair(system, needs) ? [] : [faultOf(system.atoms.map((atom) => atoms[atom] as PlacedAtom))];
  });
  return faults.length > 0 ? faults : overfull(atoms, bondsOf, needs);
}

/** Atoms that hang together by bonds that may be double, in the order of the text. */
interface System {
  readonly atoms: readonly number[];
  /** Bonds between atoms that need a double bond. */
  readonly sure: readonly Edge[];
  /** Bonds to wildcards, which may stand for what gives a double bond and for what gives none. */
  readonly loose: readonly Edge[];
}

function systemsOf(
  atoms: readonly PlacedAtom[],
  bonds: readonly SmilesBond[],
  needs: readonly boolean[],
): System[] {
  const isLoose = (atom: number): boolean => atoms[atom]?.element === 0;
  const isSure = ({ from, to, isAromatic }: SmilesBond): boolean =>
    isAromatic && needs[from] === true && needs[to] === true;
  const usable = bonds.filter((bond) => {
    const { from, to, order } = bond;
    const toLoose = (isLoose(from) && needs[to] === true) || (isLoose(to) && needs[from] === true);
    return isSure(bond) || (order === 1 && toLoose);
  });
  const byAtom = bondsByAtom(atoms.length, usable);
  const seen = new Set<number>();
  return atoms.flatMap((_atom, start) => {
    if (needs[start] !== true || seen.has(start)) return [];
    const found = new Set([start]);
    for (const atom of found) {
      for (const bond of byAtom[atom] ?? []) found.add(otherEnd(usable[bond] as Edge, atom));
    }
    for (const atom of found) seen.add(atom);
    const own = [...new Set([...found].flatMap((atom) => byAtom[atom] ?? []))];
    const edges = own.map((bond) => usable[bond] as SmilesBond);
    return [
      {
        atoms: [...found].sort((one, other) => one - other),
        sure: edges.filter(isSure),
        loose: edges.filter((bond) => !isSure(bond)),
      },
    ];
  });
}

/** Whether every atom of a system that needs a double bond can have one. */
function canPair({ atoms, sure, loose }: System, needs: readonly boolean[]): boolean {
  const place = new Map(atoms.map((atom, index) => [atom, index]));
  const local = ({ from, to }: Edge): Edge => ({
    from: place.get(from) as number,
    to: place.get(to) as number,
  });
  const needing = atoms.flatMap((atom, index) => (needs[atom] === true ? [index] : []));
  const first = new Matching(atoms.length, sure.map(local));
  first.pairGreedily();
  if (needing.filter((atom) => !first.match(atom)).length === 0) return true;
  // What wildcards can add comes last, so that none is taken where another partner is to be had.
  if (loose.length === 0) return false;
  const all = new Matching(atoms.length, [...sure, ...loose].map(local), first);
  return needing.every((atom) => all.match(atom));
}

/**
 * Aromatic atoms that have too many bonds once double bonds are shared out, such as `o` with three neighbours: as long as they were
 * aromatic, their double bond might have lain elsewhere. The hydrogen of `[nH]` is not counted, because RDKit gives it up; it also takes
 * some of what is refused here where a double or triple bond is written between two aromatic atoms.
 */
function overfull(
  atoms: readonly PlacedAtom[],
  bondsOf: readonly AtomBonds[],
  needs: readonly boolean[],
): SmilesFault[] {
  return atoms.flatMap((atom, number) => {
    if (!atom.isAromatic) return [];
    const { aromatic, others, orders } = bondsOf[number] as AtomBonds;
    const sum = orders + aromatic + (needs[number] === true ? 1 : 0);
    const plain = { ...atom, isAromatic: false, hydrogens: atom.charge === 0 ? 0 : atom.hydrogens };
    const { exceeds } = stateOf(plain, { aromatic: 0, others: aromatic + others, orders: sum });
    return exceeds === undefined ? [] : [valenceFault(atom, sum, exceeds)];
  });
}

function faultOf(system: readonly PlacedAtom[]): SmilesFault {
  const { at, token } = system[0] as PlacedAtom;
  const end = (system.at(-1) as PlacedAtom).at;
  const reason =
    system.length === 1
      ? `aromatic atom ${token} at character ${at} needs a double bond and has no partner for it`
      : `${system.length} aromatic atoms from character ${at} to ${end} cannot share out double bonds`;
  return { kind: "aromatic ring that cannot be kekulised", at, reason };
}
