import { flag, number, optional } from "../../../engine/options.js";
import { FieldFlags } from "../shell/flag.js";
import { mostMinutes } from "../shell/limits.js";
import { UsageError } from "../shell/run.js";

/** How far a search goes that a command makes for its own options. */
export interface SearchLimits {
  readonly trials?: number | undefined;
  readonly minutes?: number | undefined;
}

/** More trials than any search has time for, where minutes alone end it. */
export const endlessTrials = 1_000_000;

/**
 * The flags of a command that can search for its own options.
 *
 * @param trials where nobody says how many
 */
export const searchFlagsFor = (trials: number) =>
  new FieldFlags({
    tune: flag(false, { help: "search for the best options first; those that are given stay as they are" }),
    trials: optional(
      number({
        min: 1,
        max: endlessTrials,
        integer: true,
        help: `with --tune: networks to try (default: ${trials})`,
      }),
    ),
    tuneMinutes: optional(
      number({
        above: 0,
        max: mostMinutes,
        help: "with --tune: begin none after so many minutes",
        unit: "m",
      }),
    ),
  });

/** What the flags say about a search; `undefined` where none is wanted. @throws UsageError on flags that need `--tune` */
export function searchIn(flags: ReturnType<typeof searchFlagsFor>, given: object): SearchLimits | undefined {
  const { tune = false, trials, tuneMinutes } = flags.given(given);
  if (tune) return { trials, minutes: tuneMinutes };
  const stray = trials !== undefined ? "--trials" : tuneMinutes !== undefined ? "--tune-minutes" : undefined;
  if (stray !== undefined) throw new UsageError(`${stray} is for --tune.`);
  return undefined;
}
