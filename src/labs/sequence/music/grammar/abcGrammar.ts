import { ImagoError, shown } from "../../../../engine/errors.js";
import { type FieldsOf, list, number, optional, readOptions, text } from "../../../../engine/options.js";
import type { Grammar, GrammarReading } from "../../items/grammar.js";
import { AbcState } from "./abcState.js";
import { stepField } from "./fields.js";
import { costToEnd, isWhole } from "./musicCost.js";
import { stepMusic } from "./musicSteps.js";
import { unreachable } from "./trie.js";
import { type Words, wordsOf } from "./words.js";

export interface AbcGrammarOptions {
  /**
   * What the model can write, one character a token; others, as a line's start sign, are never allowed. Default: all of ASCII that
   * can be printed, and the line end. A tune cannot do without `M`, `K`, `:`, a metre's digits, a note, `|` and the line end.
   */
  readonly tokens?: readonly string[] | undefined;
  /**
   * The share of items that may begin with an upbeat, 0 to 1, spread evenly over the items in the order in which they begin. Upbeats
   * and the shorter bars that go with them are the only bars that do not fill the metre. Default: 0.9, with which about one bar in
   * ten is one, where folk tunes have one in eight; a model at a low temperature would otherwise give nearly every tune one.
   */
  readonly upbeats?: number | undefined;
  /**
   * Fewest bars of a tune, 1 to 1000: it goes on until it has them, as long as there is room for more. Default: 16, which 19 of 20 folk
   * tunes have.
   */
  readonly fewestBars?: number | undefined;
  /** Bars after which a tune is brought to its end, 1 to 100000. Default: 72, more than which no folk tune of the data has. */
  readonly mostBars?: number | undefined;
}

const fields = {
  tokens: optional(list(text(), "an array of texts")),
  upbeats: number({ default: 0.9, min: 0, max: 1 }),
  fewestBars: number({ default: 16, min: 1, max: 1000, integer: true }),
  mostBars: number({ default: 72, min: 1, max: 100_000, integer: true }),
} satisfies FieldsOf<AbcGrammarOptions>;

/**
 * What a tune in ABC notation may hold, character by character, for sampling that keeps to it: a header with a metre and a key, then
 * bars that fill the metre exactly, with chords, chord names, decorations, grace notes, ties, slurs, tuplets of equal notes and broken
 * rhythm of equal notes; changes of key, metre and unit between bars; repeats with first and second endings. Only upbeats and the last
 * bars of parts that lack them may be shorter. An item ends where everything is closed.
 *
 * It is narrower than ABC notation: lyrics, voices, overlays, comments, `X:` and rests of whole bars are not in it.
 *
 * @throws ImagoError on unknown options and values outside their range, and where the tokens are not enough for a tune
 */
export function abcGrammar(options: AbcGrammarOptions = {}): Grammar {
  const { tokens, upbeats, fewestBars, mostBars } = readOptions("abcGrammar", options, fields);
  if (fewestBars > mostBars) {
    throw new ImagoError(`abcGrammar: fewestBars ${fewestBars} is more than mostBars ${mostBars}.`);
  }
  const characters = new Set(tokens ?? printable());
  const words = wordsOf((word) => [...word].every((sign) => characters.has(sign)));
  const signs = { hasBlank: characters.has(" "), hasEndings: characters.has("2") && characters.has(":") };
  let begun = 0;
  return {
    begin: () => {
      const hasUpbeat = Math.floor((begun + 1) * upbeats) > Math.floor(begun * upbeats);
      begun++;
      return new AbcReading(words, { hasUpbeat, fewestBars, mostBars, ...signs });
    },
  };
}

/** ASCII from the space to the tilde, and the line end. */
const printable = (): string[] =>
  Array.from({ length: 95 }, (_, index) => String.fromCharCode(index + 32)).concat("\n");

/** Reads the next character. @returns whether it may come, the state being of no use otherwise */
function step(state: AbcState, sign: string, words: Words): boolean {
  const isField = state.lex.startsWith("field");
  if (!(isField ? stepField(state, sign, words) : stepMusic(state, sign, words))) return false;
  state.isAfterSpace = sign === " ";
  state.isAfterLine = sign === "\n";
  state.column = sign === "\n" ? 0 : state.column + 1;
  return true;
}

interface Rules {
  readonly hasUpbeat: boolean;
  readonly fewestBars: number;
  readonly mostBars: number;
  /** Whether music may go on in another line: a blank must be there then, to part what would be read as a field. */
  readonly hasBlank: boolean;
  /** Whether a first ending may be written: a second one must come behind it. */
  readonly hasEndings: boolean;
}

class AbcReading implements GrammarReading {
  readonly #words: Words;
  readonly #rules: Rules;
  readonly #state = new AbcState();
  /** For what is only tried. */
  readonly #trial = new AbcState();
  #read = "";

  constructor(words: Words, rules: Rules) {
    this.#words = words;
    this.#rules = rules;
  }

  allows(token: string | undefined, left: number): boolean {
    if (token === undefined) return isWhole(this.#state) && !this.#mustGoOn(left);
    if (token.length !== 1) return false;
    if (token === "\n" && !this.#rules.hasBlank && !this.#state.lex.startsWith("field")) return false;
    const trial = this.#trial.copy(this.#state);
    if (!step(trial, token, this.#words)) return false;
    if (trial.repeat === "first" && !this.#rules.hasEndings) return false;
    const isNewUpbeat = token === "|" && this.#state.mayBeUpbeat && trial.lex === "bar" && trial.sign === "u";
    if (isNewUpbeat && !this.#rules.hasUpbeat) return false;
    return costToEnd(trial, this.#words) < Math.min(this.#room(left), unreachable);
  }

  /** Characters that may still be written; where there are bars enough, those that the end takes. */
  #room(left: number): number {
    if (this.#state.bars < this.#rules.mostBars) return left;
    return Math.min(left, costToEnd(this.#state, this.#words));
  }

  /** Whether the tune is too short yet, and there is room for another bar. */
  #mustGoOn(left: number): boolean {
    return this.#state.bars < this.#rules.fewestBars && left > 3 * this.#words.longestBar;
  }

  take(token: string): void {
    const trial = this.#trial.copy(this.#state);
    const fits = token.length === 1 && step(trial, token, this.#words);
    if (!fits || costToEnd(trial, this.#words) >= unreachable) {
      throw new ImagoError(`abcGrammar: ${shown(token)} cannot come after ${shown(this.#read)}.`, {
        help: "It keeps to tunes whose bars fill their metre; a beginning that is given must be such a tune's.",
      });
    }
    this.#state.copy(trial);
    this.#read = (this.#read + token).slice(-40);
  }
}
