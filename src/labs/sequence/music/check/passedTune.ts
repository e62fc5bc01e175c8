import { anyText } from "../../../../engine/arguments.js";
import { ImagoError } from "../../../../engine/errors.js";
import { type FieldsOf, flag } from "../../../../engine/options.js";
import { checkAbc } from "./checkAbc.js";
import { barFault, type TuneCheck } from "./tuneCheck.js";

/** What is rendered although the check finds fault with it. */
export interface PassOptions {
  /**
   * Whether bars may be longer or shorter than the metre. Such tunes can be played; what the text means otherwise must be clear in any
   * case. Default: false.
   */
  readonly allowWrongBars?: boolean | undefined;
}

/** How {@link PassOptions} are read. */
export const passFields = {
  allowWrongBars: flag(false, { help: "take bars that do not fill the metre" }),
} satisfies FieldsOf<PassOptions>;

/**
 * One tune that the check has passed: nothing else is rendered, for what renders it takes any text for music.
 *
 * @param where who renders it, as errors say it
 * @throws ImagoError where the text is not one tune, where the check finds a problem, and where a bar does not fill the metre: the error
 * names the place and the reason
 */
export function passTune(where: string, abc: string, allowWrongBars: boolean): TuneCheck {
  anyText.read(where, "abc", abc);
  const tunes = checkAbc(abc);
  const [tune] = tunes;
  if (tune === undefined || tunes.length > 1) {
    throw new ImagoError(`${where}: expected one tune, received ${tunes.length}.`, {
      help: "splitTunes gives the tunes of a text one by one.",
    });
  }
  const [problem] = tune.problems;
  if (problem !== undefined) {
    const bar = problem.bar === undefined ? "" : `bar ${problem.bar}, `;
    throw new ImagoError(
      `${where}: the tune has a fault in ${bar}line ${problem.line}, column ${problem.column}: ${problem.reason}.`,
    );
  }
  const fault = tune.bars.map(barFault).find((text) => text !== undefined);
  if (fault !== undefined && !allowWrongBars) {
    throw new ImagoError(`${where}: ${fault}.`, { help: "With allowWrongBars it is taken as it is." });
  }
  return tune;
}
