import { anyText } from "../../../engine/arguments.js";
import { ImagoError, shown } from "../../../engine/errors.js";
import { list } from "../../../engine/options.js";
import type { Grammar, GrammarReading } from "../items/grammar.js";
import { AtomKind } from "./grammar/atomKind.js";
import { endingBound, tokensToEnd } from "./grammar/ending.js";
import { beginning, mayEnd, type SmilesSign, type SmilesState } from "./grammar/smilesState.js";
import { type Carbon, takeSign } from "./grammar/takeSign.js";
import { bracketAtom, organicAtom, type SmilesAtom } from "./smilesAtom.js";
import { isBond, ringNumber, scanSmiles } from "./smilesTokens.js";

/** The atom tokens of drug-like molecules without charges (those of MOSES and ZINC's clean leads). */
export const plainTokens: readonly string[] = "# ( ) - 1 2 3 4 5 = Br C Cl F N O S [H] [nH] c n o s".split(
  " ",
);

/**
 * What a molecule may hold, for sampling atom tokens: an item written within it has no ring, branch or bond left open, no empty
 * branch, no ring of two atoms and no atom with too many bonds, and double bonds can be shared out in its aromatic rings. It can
 * always be ended in the tokens that are left, with `C`, `c`, `=`, `)` and ring numbers.
 *
 * It is stricter than SMILES where RDKit's own writing is: rings are closed in the branch that they were opened in or in one that
 * hangs below, ring numbers stand before branches, and an aromatic bond without a sign lies in a ring (`c1ccccc1-c1ccccc1`). Wildcards
 * and the bonds `:` and `$` are not allowed.
 *
 * @param vocabulary the tokens that an item is written with; with `C`, and with `)` and `=` if it has `(` or `c`. Default:
 *   {@link plainTokens}
 * @throws ImagoError on what is no SMILES token, and where a token is missing that an ending needs
 */
export function smilesGrammar(vocabulary: readonly string[] = plainTokens): Grammar {
  const tokens = list(anyText, "the tokens of a vocabulary").read("smilesGrammar", "vocabulary", vocabulary);
  const signs = new Map(tokens.map((token) => [token, signOf(token)]));
  const carbon = carbonOf(signs);
  return { begin: () => new SmilesReading(signs, carbon) };
}

/** What the ending of an item is written with. */
function carbonOf(signs: ReadonlyMap<string, SmilesSign | undefined>): Carbon {
  const numbers = [...signs.values()].flatMap((sign) => (sign?.is === "ring" ? [sign.number] : []));
  const chain = signs.get("C");
  const aromatic = signs.get("c");
  const missing =
    chain === undefined
      ? "C"
      : signs.has("(") && !signs.has(")")
        ? ")"
        : signs.has("c") && !signs.has("=")
          ? "="
          : "";
  if (chain?.is !== "atom" || missing !== "") {
    throw new ImagoError(
      `smilesGrammar: the vocabulary lacks "${missing}", which is needed to end a molecule.`,
      {
        help: "Hand over all tokens of the lines that the model was trained on.",
      },
    );
  }
  return {
    chain: chain.kind,
    aromatic: aromatic?.is === "atom" ? aromatic.kind : undefined,
    numbers: numbers.sort((a, b) => a - b),
  };
}

/** What a token stands for, `undefined` for one that is never allowed. */
function signOf(token: string): SmilesSign | undefined {
  const [only, ...more] = scanSmiles(token);
  if (only === undefined || more.length > 0 || !only.isSign) {
    throw new ImagoError(`smilesGrammar: ${shown(token)} of the vocabulary is no SMILES token.`, {
      help: "Its tokens are those of smilesTokens, without signs for the beginning, the end or the unknown.",
    });
  }
  if (token === "(") return { is: "open" };
  if (token === ")") return { is: "close" };
  if (token === ".") return { is: "dot" };
  const number = ringNumber(token);
  // RDKit reads no zero ahead.
  if (number !== undefined) return token.startsWith("%0") ? undefined : { is: "ring", number };
  if (isBond(token)) return token === ":" || token === "$" ? undefined : { is: "bond", bond: token };
  const atom = token.startsWith("[") ? bracketAtom(token) : organicAtom(token);
  return "fault" in atom ? undefined : atomSign(atom);
}

const atomSign = (atom: SmilesAtom): SmilesSign | undefined =>
  atom.element === 0 ? undefined : { is: "atom", kind: new AtomKind(atom) };

class SmilesReading implements GrammarReading {
  readonly #signs: ReadonlyMap<string, SmilesSign | undefined>;
  readonly #carbon: Carbon;
  #state: SmilesState = beginning;
  /** The states behind tokens that were asked for. */
  readonly #next = new Map<string, SmilesState | undefined>();

  constructor(signs: ReadonlyMap<string, SmilesSign | undefined>, carbon: Carbon) {
    this.#signs = signs;
    this.#carbon = carbon;
  }

  allows(token: string | undefined, left: number): boolean {
    if (token === undefined) return mayEnd(this.#state);
    const next = this.#behind(token);
    if (next === undefined || left < 1) return false;
    // Only near the end is it worth counting.
    return left - 1 >= endingBound(next) || tokensToEnd(next, this.#carbon) <= left - 1;
  }

  take(token: string): void {
    const next = this.#behind(token);
    if (next === undefined) {
      throw new ImagoError(`smilesGrammar: ${shown(token)} may not come here.`, {
        help: "Take only tokens that the reading allows.",
      });
    }
    this.#state = next;
    this.#next.clear();
  }

  #behind(token: string): SmilesState | undefined {
    if (this.#next.has(token)) return this.#next.get(token);
    const sign = this.#signs.get(token);
    const next = sign === undefined ? undefined : takeSign(this.#state, sign, this.#carbon);
    this.#next.set(token, next);
    return next;
  }
}
