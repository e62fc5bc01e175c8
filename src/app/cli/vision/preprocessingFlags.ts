import type { Command } from "commander";
import { type PreprocessingOptions, preprocessingFields } from "../../../vision/preprocessing.js";
import { FieldFlags } from "../shell/flag.js";

const flags = new FieldFlags(preprocessingFields, { layout: false });

/** Adds the flags that say how a network wants its images. */
export function addPreprocessingFlags(command: Command): Command {
  return flags.addTo(command);
}

/**
 * The flags as options, checked; `undefined` when none is given.
 *
 * @param given as commander gives them
 * @throws UsageError naming the flag, what was expected and what came
 */
export function preprocessingFrom(given: object): PreprocessingOptions | undefined {
  const options = flags.given(given);
  return Object.keys(options).length === 0 ? undefined : options;
}
