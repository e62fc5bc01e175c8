import { aromaticSymbols, atomicNumber } from "./elements.js";

/** An atom as a token of SMILES names it. */
export interface SmilesAtom {
  /** Atomic number; 0 for the wildcard. */
  readonly element: number;
  /** Written in small letters. */
  readonly isAromatic: boolean;
  /** Hydrogens named in a bracket; `undefined` outside one, where they follow from the bonds. */
  readonly hydrogens: number | undefined;
  readonly charge: number;
  readonly isotope: number | undefined;
  /** As written: `@`, `@@`, `@TH1`; empty without one. */
  readonly chirality: string;
}

/** What is wrong with a bracket. */
export interface BracketFault {
  readonly fault: string;
}

const bracket =
  /^\[(?<isotope>\d*)(?<symbol>\*|[A-Z][a-z]?|[a-z][a-z]?)(?<chirality>@(?:(?:TH|AL|SP|TB|OH)\d\d?|@)?)?(?<hydrogens>H\d*)?(?<charge>[+-][\d+-]*)?(?<group>:\d*)?(?<rest>[^\]]*)\]$/;

/** How many forms each kind of chirality has (OpenSMILES 3.1.6). */
const forms: Readonly<Record<string, number>> = { TH: 2, AL: 2, SP: 3, TB: 20, OH: 30 };

/** The largest charge that is read (OpenSMILES 3.1.4 asks for -15 to 15). */
const largestCharge = 15;

/** Reads an atom of the organic subset, or the wildcard. */
export function organicAtom(token: string): SmilesAtom {
  return {
    element: atomicNumber(token) as number,
    isAromatic: aromaticSymbols.has(token),
    hydrogens: token === "*" ? 0 : undefined,
    charge: 0,
    isotope: undefined,
    chirality: "",
  };
}

/** Reads an atom in brackets (OpenSMILES 3.1): isotope, element, chirality, hydrogens, charge, class, in this order. */
export function bracketAtom(token: string): SmilesAtom | BracketFault {
  const parts = bracket.exec(token)?.groups;
  if (parts === undefined) return { fault: "names no atom" };
  const { isotope = "", chirality = "", hydrogens = "", charge = "", group = "" } = parts;
  const symbol = symbolIn(parts.symbol as string);
  const element = atomicNumber(symbol);
  if (element === undefined) return { fault: `names no element: "${parts.symbol}"` };
  // A small letter that belongs to no symbol, as the second of "[Cx]".
  const rest = (parts.symbol as string).slice(symbol.length) + (parts.rest as string);
  if (rest !== "") return { fault: `has "${rest}" where nothing can stand` };
  const form = chirality.length < 3 ? 1 : Number(chirality.slice(3));
  if (form < 1 || form > (forms[chirality.slice(1, 3)] ?? 1))
    return { fault: `has a bad chirality "${chirality}"` };
  if (/^0\d/.test(isotope)) return { fault: `has a bad isotope "${isotope}"` };
  if (hydrogens.length > 2) return { fault: `has a bad count of hydrogens "${hydrogens}"` };
  if (element === 1 && hydrogens !== "" && hydrogens !== "H") {
    return { fault: `has a bad count of hydrogens "${hydrogens}"` };
  }
  const charged = chargeOf(charge);
  if (charged === undefined) return { fault: `has a bad charge "${charge}"` };
  if (group === ":") return { fault: "has a class without its number" };
  return {
    element,
    isAromatic: aromaticSymbols.has(symbol),
    hydrogens: hydrogens === "" ? 0 : Number(hydrogens.slice(1) || 1),
    charge: charged,
    isotope: isotope === "" ? undefined : Number(isotope),
    chirality,
  };
}

/** The longest symbol that the letters begin with. */
function symbolIn(letters: string): string {
  return atomicNumber(letters) === undefined && letters.length > 1 ? letters.charAt(0) : letters;
}

/** `+`, `++`, `+2`; `undefined` for what is no charge. */
function chargeOf(text: string): number | undefined {
  if (text === "") return 0;
  const sign = text.startsWith("+") ? 1 : -1;
  const rest = text.slice(1);
  if (rest === "" || rest === text.charAt(0)) return sign * text.length;
  const count = /^\d\d?$/.test(rest) ? Number(rest) : Number.POSITIVE_INFINITY;
  return count <= largestCharge ? sign * count : undefined;
}
