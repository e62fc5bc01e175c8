import { anyText } from "../../../engine/arguments.js";
import { ImagoError } from "../../../engine/errors.js";
import { list } from "../../../engine/options.js";
import type { Grammar, GrammarReading } from "../items/grammar.js";

/** Signs that a turn needs at least behind its speaker: one that is no blank. */
const leastWords = 1;
/** Turns that a dialogue needs before it may end. */
const leastTurns = 2;

/**
 * Dialogues over single characters, each line `U: words`: the speakers take turns, the first begins, no turn is without words, and no
 * dialogue ends before somebody has answered.
 *
 * @param speakers in the order in which they speak, each again and again
 * @throws ImagoError where there are none
 */
export function dialogueGrammar(speakers: readonly string[]): Grammar {
  const names = list(anyText, "an array of names").read("dialogueGrammar", "speakers", speakers);
  if (names.length === 0) throw new ImagoError("dialogueGrammar: speakers: there are none.");
  return { begin: () => new DialogueReading(names.map((name) => `${name}: `)) };
}

class DialogueReading implements GrammarReading {
  readonly #heads: readonly string[];
  /** The turn that is being written, from 0. */
  #turn = 0;
  /** Signs of its head that are there. */
  #head = 0;
  /** Whether it has words yet, and whether a blank is the last sign. */
  #hasWords = false;
  #last = "";

  constructor(heads: readonly string[]) {
    this.#heads = heads;
  }

  get #current(): string {
    return this.#heads[this.#turn % this.#heads.length] as string;
  }

  allows(token: string | undefined, left: number): boolean {
    if (this.#head < this.#current.length) return token === this.#current[this.#head];
    const isWhole = this.#hasWords && this.#last !== " ";
    if (token === undefined) return isWhole && this.#turn >= leastTurns - 1;
    if (token === "\n") return isWhole && left - 1 >= this.#fromTurn(this.#turn + 1);
    if (token === " ") return isWhole && left - 1 >= leastWords + this.#behind();
    return token.trim() !== "" && left - 1 >= this.#behind();
  }

  /** Signs that must still come behind the words of this turn. */
  #behind(): number {
    return this.#turn < leastTurns - 1 ? 1 + this.#fromTurn(this.#turn + 1) : 0;
  }

  /** Signs from a turn's head to the first place where the dialogue may end. */
  #fromTurn(turn: number): number {
    const own = (this.#heads[turn % this.#heads.length] as string).length + leastWords;
    return turn < leastTurns - 1 ? own + 1 + this.#fromTurn(turn + 1) : own;
  }

  take(token: string): void {
    if (this.#head < this.#current.length) {
      this.#head++;
      return;
    }
    if (token === "\n") {
      this.#turn++;
      this.#head = 0;
      this.#hasWords = false;
      this.#last = "";
      return;
    }
    this.#hasWords = true;
    this.#last = token;
  }
}
