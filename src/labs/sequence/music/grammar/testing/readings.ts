import type { GrammarReading } from "../../../items/grammar.js";
import { type AbcGrammarOptions, abcGrammar } from "../abcGrammar.js";

/** The characters of a thousand folk tunes. */
export const folk = [..."\n !\"#'()+,-/123456789:=ABCDEFGKLMR[\\]^_abcdefghijlmoprstvwxyz|~"];
/** All of ASCII that can be printed, and the line end. */
export const ascii = [...Array.from({ length: 95 }, (_, i) => String.fromCharCode(i + 32)), "\n"];
/** More characters than any tune has. */
export const endless = 100_000;

/**
 * A reading behind a text.
 *
 * @throws where it does not allow it
 */
export function behind(text: string, options: AbcGrammarOptions = {}): GrammarReading {
  const reading = abcGrammar({ upbeats: 1, fewestBars: 1, ...options }).begin();
  for (const [at, sign] of [...text].entries()) {
    if (!reading.allows(sign, endless)) throw new Error(`${JSON.stringify(text.slice(0, at))} « ${sign}`);
    reading.take(sign);
  }
  return reading;
}
