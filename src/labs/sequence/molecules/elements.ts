/** The elements by their atomic numbers, from 1. */
const symbols = (
  "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr " +
  "Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir " +
  "Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl " +
  "Mc Lv Ts Og"
).split(" ");

const numberOf: ReadonlyMap<string, number> = new Map(symbols.map((symbol, at) => [symbol, at + 1]));

/**
 * How many bonds an atom without charge may have, as RDKit 2026.09.1 judges (measured: each element with 0 to 10 fluorine atoms and
 * charges from -4 to 4). Elements that are not here may have any number.
 */
const valences: Readonly<Record<string, readonly number[]>> = {
  H: [1],
  He: [0],
  Be: [2],
  B: [3],
  C: [4],
  N: [3],
  O: [2],
  F: [1],
  Ne: [0],
  Al: [3],
  Si: [4],
  P: [3, 5],
  S: [2, 4, 6],
  Cl: [1],
  Ar: [0],
  Ga: [3],
  Ge: [4],
  As: [3, 5],
  Se: [2, 4, 6],
  Br: [1],
  Kr: [0],
  In: [3],
  Sn: [2, 4],
  Sb: [3, 5],
  Te: [2, 4, 6],
  I: [1, 3, 5],
  Xe: [0, 2, 4, 6],
  Cs: [1],
  Pb: [2, 4],
  Bi: [3, 5],
  Po: [2, 4, 6],
  At: [1, 3, 5],
  Rn: [0],
  Fr: [1],
};

const byNumber: readonly (readonly number[] | undefined)[] = ["*", ...symbols].map(
  (symbol) => valences[symbol],
);

/** What may be written in small letters, inside brackets. */
export const aromaticSymbols: ReadonlySet<string> = new Set([
  "b",
  "c",
  "n",
  "o",
  "p",
  "s",
  "as",
  "se",
  "si",
  "te",
]);

/** What may stand without brackets: the organic subset (OpenSMILES 3.1.5) and the wildcard. */
export const organicSymbols: ReadonlySet<string> = new Set("B C N O P S F Cl Br I b c n o p s *".split(" "));

/** The atomic number of a symbol as it stands in a SMILES; 0 for the wildcard `*`, `undefined` for no element. */
export function atomicNumber(symbol: string): number | undefined {
  if (symbol === "*") return 0;
  const isSmall = aromaticSymbols.has(symbol);
  return numberOf.get(isSmall ? symbol.charAt(0).toUpperCase() + symbol.slice(1) : symbol);
}

/** The symbol of an atomic number. */
export function symbolOf(element: number): string {
  return element === 0 ? "*" : (symbols[element - 1] as string);
}

/** How many bonds an atom without charge may have, in rising order; `undefined` for any number. */
export function valencesOf(element: number): readonly number[] | undefined {
  return byNumber[Math.max(0, Math.min(element, symbols.length))];
}
