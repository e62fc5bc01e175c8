import type { AtomKind } from "./atomKind.js";

/** The atom numbers that rings have been closed with at an atom that has closed none. */
const none: readonly number[] = [];

/**
 * An atom that may still get bonds: the last one, one that a branch hangs on, or one at which a ring is open. Nothing in it is changed:
 * what changes it gives a new one. A class, and not an object that is spread, because a million are made while a molecule is written.
 */
export class OpenAtom {
  /**
   * @param id its number in the item
   * @param parent the number of the atom it hangs on, -1 for none
   * @param depth how many atoms lie on the way to it
   * @param aromatic its aromatic bonds
   * @param others its other bonds
   * @param orders the orders of these together
   * @param loose rings that are open at it without a bond written
   * @param held rings that are open at it with a bond written
   * @param heldOrders the orders of these bonds together
   * @param isBranch whether an open branch hangs on it
   * @param partners the atoms that it has closed rings with
   */
  constructor(
    readonly kind: AtomKind,
    readonly id: number,
    readonly parent: number,
    readonly depth: number,
    readonly aromatic = 0,
    readonly others = 0,
    readonly orders = 0,
    readonly loose = 0,
    readonly held = 0,
    readonly heldOrders = 0,
    readonly isBranch = false,
    readonly partners = none,
  ) {}

  /** Whether rings are still to be closed at it. */
  get hasOpenRing(): boolean {
    return this.loose + this.held > 0;
  }

  /** With one bond more. */
  bonded(order: number, isAromatic: boolean): OpenAtom {
    const { aromatic, others, orders } = this;
    return isAromatic
      ? this.#with(aromatic + 1, others, orders)
      : this.#with(aromatic, others + 1, orders + order);
  }

  /** With a ring opened, or with -1 closed again; without a bond written (0), or with one of an order. */
  ringed(change: 1 | -1, order: number): OpenAtom {
    const { loose, held, heldOrders, isBranch, partners } = this;
    return order === 0
      ? this.#also(loose + change, held, heldOrders, isBranch, partners)
      : this.#also(loose, held + change, heldOrders + change * order, isBranch, partners);
  }

  /** With a branch hanging on it, or without. */
  branched(isBranch: boolean): OpenAtom {
    return this.#also(this.loose, this.held, this.heldOrders, isBranch, this.partners);
  }

  /** With a ring closed to another atom. */
  joined(atom: number): OpenAtom {
    return this.#also(this.loose, this.held, this.heldOrders, this.isBranch, [...this.partners, atom]);
  }

  #with(aromatic: number, others: number, orders: number): OpenAtom {
    const { kind, id, parent, depth, loose, held, heldOrders, isBranch, partners } = this;
    // biome-ignore format: one value after another
    return new OpenAtom(kind, id, parent, depth, aromatic, others, orders, loose, held, heldOrders, isBranch, partners);
  }

  #also(
    loose: number,
    held: number,
    heldOrders: number,
    isBranch: boolean,
    partners: readonly number[],
  ): OpenAtom {
    const { kind, id, parent, depth, aromatic, others, orders } = this;
    // biome-ignore format: one value after another
    return new OpenAtom(kind, id, parent, depth, aromatic, others, orders, loose, held, heldOrders, isBranch, partners);
  }

  /** Whether it can have bonds more besides those that its open rings will make. */
  hasRoom(count: number, orders = count): boolean {
    const others = this.others + this.held + count;
    const all = this.orders + this.heldOrders + orders;
    return this.kind.isAromatic
      ? this.kind.fits(this.aromatic + this.loose, others, all)
      : this.kind.fits(0, others + this.loose, all + this.loose);
  }

  /** Whether it can have one aromatic bond more. */
  get hasAromaticRoom(): boolean {
    const { aromatic, others, orders, loose, held, heldOrders } = this;
    return this.kind.fits(aromatic + loose + 1, others + held, orders + heldOrders);
  }

  /**
   * Whether it can end well if it gets one bond more and those by its open rings: with a double bond if it needs one, without if not. A
   * ring without a bond written can be closed by `C`, or by `c` with the double bond between or elsewhere.
   *
   * @param isPaired whether it has a double bond
   * @param order of the bond that it gets besides: 0 for none
   * @param isAromatic whether that is aromatic
   */
  canEnd(isPaired: boolean, order = 0, isAromatic = false): boolean {
    const { kind, loose } = this;
    if (!kind.isAromatic) return true;
    const more = order > 0 && !isAromatic;
    const others = this.others + this.held + loose + (more ? 1 : 0);
    const orders = this.orders + this.heldOrders + loose + (more ? order : 0);
    const before = this.aromatic + (isAromatic ? 1 : 0);
    for (let rings = 0; rings <= loose; rings++) {
      const needs = kind.needs(before + rings, others - rings, orders - rings);
      if (needs === isPaired || (needs && rings > 0)) return true;
    }
    return false;
  }
}
