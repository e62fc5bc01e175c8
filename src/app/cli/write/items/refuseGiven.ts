import { UsageError } from "../../shell/run.js";
import type { SampleItems } from "./sampleItems.js";

/** Flags of `write sample` that some kinds have no use for, and whether a call gives them. */
function given({
  strict,
  formats,
  prompt,
  goOnFrom,
  like,
  label,
  longest,
  sampling,
}: SampleItems): Record<string, boolean> {
  return {
    "--strict": strict,
    ...Object.fromEntries(formats.map((format) => [`--${format}`, true])),
    "--prompt": prompt !== "",
    "--continue": goOnFrom !== undefined,
    "--like": like !== undefined,
    "--label": label !== undefined,
    "--longest": longest !== undefined,
    "--greedy": sampling.greedy === true,
    "--top-k": sampling.topK !== undefined,
    "--top-p": sampling.topP !== undefined && sampling.topP < 1,
  };
}

/**
 * Refuses what a kind has no use for.
 *
 * @param allowed flags that the kind takes
 * @param why what is said of the others
 * @throws UsageError naming the first
 */
export function refuseGiven(
  call: SampleItems,
  allowed: readonly string[],
  why: (flag: string) => string,
): void {
  const first = Object.entries(given(call)).find(
    ([flag, isGiven]) => isGiven && !allowed.includes(flag),
  )?.[0];
  if (first !== undefined) throw new UsageError(`${first}: ${why(first)}`);
}
