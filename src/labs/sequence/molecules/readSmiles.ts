import { type BracketFault, bracketAtom, organicAtom, type SmilesAtom } from "./smilesAtom.js";
import { isBond, type PlacedToken, ringNumber, scanSmiles, whyNoSign } from "./smilesTokens.js";

/** What can be wrong with a SMILES. */
export type SmilesFaultKind =
  | "empty text"
  | "unknown sign"
  | "bracket left open"
  | "faulty bracket"
  | "ring left open"
  | "faulty ring"
  | "branch left open"
  | "branch not opened"
  | "empty branch"
  | "misplaced branch"
  | "misplaced bond"
  | "misplaced dot"
  | "valence exceeded"
  | "aromatic atom outside a ring"
  | "aromatic ring that cannot be kekulised";

/** One fault of a SMILES. */
export interface SmilesFault {
  readonly kind: SmilesFaultKind;
  /** The character where it shows, from 1. */
  readonly at: number;
  /** In words, with the place: `ring 1 left open at character 2`. */
  readonly reason: string;
}

/** An atom of a SMILES and where it stands. */
export interface PlacedAtom extends SmilesAtom, PlacedToken {}

/** A bond between two atoms, by their numbers. */
export interface SmilesBond {
  readonly from: number;
  readonly to: number;
  /** 1 to 4; 1 for an aromatic bond too. */
  readonly order: number;
  readonly isAromatic: boolean;
}

/** What a SMILES says, as far as it can be read. */
export interface SmilesGraph {
  readonly atoms: readonly PlacedAtom[];
  readonly bonds: readonly SmilesBond[];
  /** In the order of the text. */
  readonly faults: readonly SmilesFault[];
}

const orders: Readonly<Record<string, number>> = { "=": 2, "#": 3, $: 4 };

interface OpenRing {
  readonly atom: number;
  readonly bond: PlacedToken | undefined;
  readonly at: number;
}

/** Reads any text as a SMILES; what is wrong with its form is said in `faults`, and reading goes on behind it. */
export function readSmiles(text: string): SmilesGraph {
  const reader = new Reader();
  for (const token of scanSmiles(text)) reader.take(token);
  return reader.finish();
}

class Reader {
  readonly #atoms: PlacedAtom[] = [];
  readonly #bonds: SmilesBond[] = [];
  readonly #faults: SmilesFault[] = [];
  readonly #rings = new Map<number, OpenRing>();
  /** The atoms that open branches hang on, with the place of each opening. */
  readonly #branches: { readonly atom: number | undefined; readonly at: number }[] = [];
  /** Bonds by both atoms' numbers, so that none is made twice. */
  readonly #bonded = new Set<number>();
  /** Atoms by their tokens. */
  readonly #known = new Map<string, SmilesAtom | BracketFault>();
  #atom: number | undefined;
  #bond: PlacedToken | undefined;
  #last: PlacedToken | undefined;
  /** Whether a branch has begun in which no atom stands yet. */
  #isAtBranch = false;

  take(token: PlacedToken & { readonly isSign: boolean }): void {
    this.#read(token);
    this.#last = token;
  }

  #read(token: PlacedToken & { readonly isSign: boolean }): void {
    if (!token.isSign) {
      this.#fault(token.token === "[" ? "bracket left open" : "unknown sign", token.at, whyNoSign(token));
    } else if (isBond(token.token)) this.#takeBond(token);
    else if (token.token === "(") this.#openBranch(token);
    else if (token.token === ")") this.#closeBranch(token);
    else if (token.token === ".") this.#takeDot(token);
    else if (ringNumber(token.token) !== undefined) this.#takeRing(token);
    else this.#takeAtom(token);
  }

  finish(): SmilesGraph {
    if (this.#last === undefined) this.#fault("empty text", 1, "the text is empty");
    this.#dropBond("the end");
    this.#checkDot();
    for (const { at } of this.#branches) {
      this.#fault("branch left open", at, `branch left open at character ${at}`);
    }
    for (const [number, { at }] of this.#rings) {
      this.#fault("ring left open", at, `ring ${number} left open at character ${at}`);
    }
    this.#faults.sort((a, b) => a.at - b.at);
    return { atoms: this.#atoms, bonds: this.#bonds, faults: this.#faults };
  }

  #fault(kind: SmilesFaultKind, at: number, reason: string): void {
    this.#faults.push({ kind, at, reason });
  }

  #takeBond(token: PlacedToken): void {
    const before = this.#bond;
    if (before !== undefined) {
      this.#fault("misplaced bond", token.at, `two bonds behind each other at character ${before.at}`);
    } else if (this.#atom === undefined) {
      this.#fault("misplaced bond", token.at, `no atom before the bond at character ${token.at}`);
    }
    this.#bond = token;
  }

  /** A bond that meets no atom. */
  #dropBond(what: string): void {
    const bond = this.#bond;
    if (bond === undefined) return;
    const reason = `a bond at character ${bond.at} with no atom between it and ${what}`;
    this.#fault("misplaced bond", bond.at, reason);
    this.#bond = undefined;
  }

  #checkDot(): void {
    const { token, at = 0 } = this.#last ?? {};
    if (token === ".") this.#fault("misplaced dot", at, `nothing behind the dot at character ${at}`);
  }

  #openBranch({ at }: PlacedToken): void {
    this.#dropBond("a branch");
    if (this.#atom === undefined || this.#isAtBranch) {
      this.#fault("misplaced branch", at, `a branch begins at character ${at} with no atom before it`);
    }
    this.#branches.push({ atom: this.#atom, at });
    this.#isAtBranch = true;
  }

  #closeBranch({ at }: PlacedToken): void {
    this.#dropBond("the end of a branch");
    this.#checkDot();
    const branch = this.#branches.pop();
    this.#isAtBranch = false;
    if (this.#last?.token === "(") {
      this.#fault("empty branch", this.#last.at, `empty branch at character ${this.#last.at}`);
    }
    if (branch === undefined) {
      this.#fault("branch not opened", at, `a branch closes at character ${at} that none opened`);
    } else this.#atom = branch.atom;
  }

  #takeDot({ at }: PlacedToken): void {
    this.#dropBond("a dot");
    if (this.#atom === undefined || this.#isAtBranch) {
      this.#fault("misplaced dot", at, `no atom before the dot at character ${at}`);
    }
    this.#atom = undefined;
  }

  #takeRing({ token, at }: PlacedToken): void {
    const bond = this.#bond;
    this.#bond = undefined;
    const number = ringNumber(token) as number;
    const atom = this.#atom;
    if (atom === undefined || this.#isAtBranch) {
      this.#fault("faulty ring", at, `no atom before ring ${number} at character ${at}`);
      return;
    }
    if (token.startsWith("%0")) {
      this.#fault("faulty ring", at, `ring "${token}" at character ${at} is written with a zero ahead`);
    }
    const open = this.#rings.get(number);
    if (open === undefined) {
      this.#rings.set(number, { atom, bond, at });
      return;
    }
    this.#rings.delete(number);
    this.#closeRing(`ring ${number}, closed at character ${at},`, at, open, { atom, bond, at });
  }

  #closeRing(ring: string, at: number, open: OpenRing, close: OpenRing): void {
    const one = orders[open.bond?.token ?? ""] ?? 1;
    const other = orders[close.bond?.token ?? ""] ?? 1;
    const bond = open.bond ?? close.bond;
    if (open.atom === close.atom) {
      this.#fault("faulty ring", at, `${ring} bonds an atom to itself`);
    } else if (open.bond !== undefined && close.bond !== undefined && one !== other) {
      const both = `"${open.bond.token}" and "${close.bond.token}"`;
      this.#fault("faulty ring", at, `${ring} has two different bonds, ${both}`);
    } else if (this.#bonded.has(pairOf(open.atom, close.atom))) {
      this.#fault("faulty ring", at, `${ring} bonds two atoms that are bonded already`);
    } else this.#connect(open.atom, close.atom, bond);
  }

  #takeAtom({ token, at }: PlacedToken): void {
    const read = this.#known.get(token) ?? readAtom(token);
    this.#known.set(token, read);
    const before = this.#atom;
    this.#atom = this.#atoms.length;
    if ("fault" in read) {
      this.#fault("faulty bracket", at, `bracket ${token} at character ${at} ${read.fault}`);
    }
    // Whatever an atom that cannot be read may be, its bonds are not wrong.
    const { element, isAromatic, hydrogens, charge, isotope, chirality } = "fault" in read ? wildcard : read;
    this.#atoms.push({ element, isAromatic, hydrogens, charge, isotope, chirality, token, at });
    if (before !== undefined) this.#connect(before, this.#atom, this.#bond);
    this.#isAtBranch = false;
    this.#bond = undefined;
  }

  #connect(from: number, to: number, bond: PlacedToken | undefined): void {
    const sign = bond?.token;
    const areAromatic = this.#isAromatic(from) && this.#isAromatic(to);
    if (sign === ":" && !areAromatic) {
      const place = `at character ${bond?.at}`;
      this.#fault("misplaced bond", bond?.at as number, `an aromatic bond ${place} to an atom that is not`);
    }
    // A mark of direction does not make a bond single between aromatic atoms.
    const isPlain = sign === undefined || sign === ":" || sign === "/" || sign === "\\";
    this.#bonds.push({ from, to, order: orders[sign ?? ""] ?? 1, isAromatic: isPlain && areAromatic });
    this.#bonded.add(pairOf(from, to));
  }

  #isAromatic(atom: number): boolean {
    return (this.#atoms[atom] as PlacedAtom).isAromatic;
  }
}

const wildcard = organicAtom("*");

const readAtom = (token: string): SmilesAtom | BracketFault =>
  token.startsWith("[") ? bracketAtom(token) : organicAtom(token);

const pairOf = (one: number, other: number): number => Math.min(one, other) * 2 ** 26 + Math.max(one, other);
