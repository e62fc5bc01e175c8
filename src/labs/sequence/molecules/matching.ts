import { bondsByAtom, type Edge, otherEnd } from "./graphs.js";

/**
 * Pairs atoms along bonds, so that as few as can be are left over among those that need a partner (Edmonds, "Paths, Trees, and
 * Flowers", 1965; here with blossoms kept as bases, which takes time in proportion to atoms times bonds for each atom that the first
 * greedy pairing leaves).
 */
export class Matching {
  readonly #edges: readonly Edge[];
  readonly #byAtom: readonly (readonly number[])[];
  readonly #mate: Int32Array;
  readonly #parent: Int32Array;
  readonly #base: Int32Array;
  readonly #isOuter: Uint8Array;

  /**
   * @param count atoms, by their numbers from 0
   * @param from pairs to begin with
   */
  constructor(count: number, edges: readonly Edge[], from?: Matching) {
    this.#edges = edges;
    this.#byAtom = bondsByAtom(count, edges);
    this.#mate = from === undefined ? new Int32Array(count).fill(-1) : from.#mate.slice();
    this.#parent = new Int32Array(count);
    this.#base = new Int32Array(count);
    this.#isOuter = new Uint8Array(count);
  }

  /** The atom's partner, -1 for none. */
  partner(atom: number): number {
    return this.#mate[atom] as number;
  }

  /** Pairs neighbours that have few others first; most systems are done then. */
  pairGreedily(): void {
    const count = this.#mate.length;
    const free = Int32Array.from(this.#byAtom, (bonds) => bonds.length);
    const single = Array.from({ length: count }, (_, atom) => atom).filter((atom) => free[atom] === 1);
    let from = 0;
    for (;;) {
      const atom = single.pop() ?? from++;
      if (atom >= count) return;
      if (this.#mate[atom] !== -1) continue;
      const partner = this.#neighbours(atom).find((other) => this.#mate[other] === -1);
      if (partner === undefined) continue;
      this.#mate[atom] = partner;
      this.#mate[partner] = atom;
      for (const other of [...this.#neighbours(atom), ...this.#neighbours(partner)]) {
        free[other] = (free[other] as number) - 1;
        if (free[other] === 1) single.push(other);
      }
    }
  }

  /** Finds a partner for an atom that has none, if need be by giving others new ones. */
  match(root: number): boolean {
    const end = this.#mate[root] === -1 ? this.#searchFrom(root) : undefined;
    if (end === undefined) return this.#mate[root] !== -1;
    let atom = end;
    while (atom !== -1) {
      const before = this.#parent[atom] as number;
      const next = this.#mate[before] as number;
      this.#mate[atom] = before;
      this.#mate[before] = atom;
      atom = next;
    }
    return true;
  }

  #neighbours(atom: number): number[] {
    return (this.#byAtom[atom] as readonly number[]).map((edge) => otherEnd(this.#edges[edge] as Edge, atom));
  }

  /** The end of an augmenting path. */
  #searchFrom(root: number): number | undefined {
    this.#parent.fill(-1);
    this.#isOuter.fill(0);
    for (let atom = 0; atom < this.#base.length; atom++) this.#base[atom] = atom;
    this.#isOuter[root] = 1;
    const queue = [root];
    for (const atom of queue) {
      for (const other of this.#neighbours(atom)) {
        if (this.#base[atom] === this.#base[other] || this.#mate[atom] === other) continue;
        const mate = this.#mate[other] as number;
        if (other === root || (mate !== -1 && this.#parent[mate] !== -1)) {
          queue.push(...this.#contract(atom, other));
        } else if (this.#parent[other] === -1) {
          this.#parent[other] = atom;
          if (mate === -1) return other;
          this.#isOuter[mate] = 1;
          queue.push(mate);
        }
      }
    }
    return undefined;
  }

  /** Makes one of an odd circle. @returns atoms that are outer now */
  #contract(one: number, other: number): number[] {
    const base = this.#commonBase(one, other);
    const inside = new Set<number>();
    this.#mark(one, base, other, inside);
    this.#mark(other, base, one, inside);
    const added: number[] = [];
    for (let atom = 0; atom < this.#base.length; atom++) {
      if (!inside.has(this.#base[atom] as number)) continue;
      this.#base[atom] = base;
      if (this.#isOuter[atom] === 0) {
        this.#isOuter[atom] = 1;
        added.push(atom);
      }
    }
    return added;
  }

  #commonBase(one: number, other: number): number {
    const seen = new Set<number>();
    let atom = one;
    for (;;) {
      atom = this.#base[atom] as number;
      seen.add(atom);
      if (this.#mate[atom] === -1) break;
      atom = this.#parent[this.#mate[atom] as number] as number;
    }
    atom = other;
    for (;;) {
      atom = this.#base[atom] as number;
      if (seen.has(atom)) return atom;
      atom = this.#parent[this.#mate[atom] as number] as number;
    }
  }

  #mark(from: number, base: number, child: number, inside: Set<number>): void {
    let [atom, below] = [from, child];
    while (this.#base[atom] !== base) {
      const mate = this.#mate[atom] as number;
      inside.add(this.#base[atom] as number);
      inside.add(this.#base[mate] as number);
      this.#parent[atom] = below;
      below = mate;
      atom = this.#parent[mate] as number;
    }
  }
}
