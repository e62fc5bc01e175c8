import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, flag, oneOf, readOptions, seed } from "../../../engine/options.js";
import type { Seen } from "../samplers/sampler.js";
import type { Level } from "../space/dimensions.js";
import { fanova } from "./fanova.js";
import type { ParameterImportance } from "./parameterImportance.js";
import { pedAnova } from "./pedAnova.js";

export interface ImportanceOptions {
  /**
   * `ped-anova`: what tells the best tenth of the trials from all, from 50 trials on; `fanova`: what share of the variance
   * a parameter makes. Default: `ped-anova`.
   */
  readonly method?: "ped-anova" | "fanova" | undefined;
  /** Whether interactions of two parameters are told, too; by `fanova` only. Default: false. */
  readonly pairs?: boolean | undefined;
  /** Of the samples by which standard errors are found. Default: 0. */
  readonly seed?: number | undefined;
}

const fields = {
  method: oneOf(["ped-anova", "fanova"], "ped-anova"),
  pairs: flag(false),
  seed: seed(),
} satisfies FieldsOf<ImportanceOptions>;

/**
 * How much each parameter matters, by {@link pedAnova} or {@link fanova}.
 *
 * @throws ImagoError on unknown options, and on `pairs` with `ped-anova`
 */
export function importanceOf(
  level: Level,
  seen: readonly Seen[],
  options: ImportanceOptions = {},
): ParameterImportance[] {
  const { method, pairs, seed: own } = readOptions("importance", options, fields);
  if (method === "fanova") return fanova(level, seen, { pairs, seed: own });
  if (pairs) {
    throw new ImagoError('importance: "ped-anova" says nothing of pairs.', {
      help: 'Give method: "fanova".',
    });
  }
  return pedAnova(level, seen, { seed: own });
}
