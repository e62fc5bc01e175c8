import { having } from "../../../engine/options.js";
import type { Direction } from "../study/options.js";
import type { Ending } from "./ending.js";

/** A figure as people read it. */
export const figure = (value: number): string => {
  const size = Math.abs(value);
  if (value === 0) return "0";
  return size >= 1e5 || size < 1e-3 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
};

/** An {@link Ending} in lines. */
export function endingText(ending: Ending, direction: Direction): string {
  having<Ending>("what finish gives", "trial", "candidates").read("endingText", "ending", ending);
  const { trial, candidates, validation, reevaluated, optimism, test, testOptimism } = ending;
  const chosen = candidates.find((one) => one.trial === trial);
  const repeats = chosen?.repeats.length ?? 0;
  const lines = [
    `Chosen: trial ${trial}, of ${candidates.length} ${candidates.length === 1 ? "candidate" : "candidates"} (to ${direction}).`,
    `  best value in the search   ${figure(validation)}   (the best of many, and so too good)`,
  ];
  if (repeats > 0) {
    const spread = chosen?.standardError === undefined ? "" : ` ± ${figure(chosen.standardError)}`;
    lines.push(
      `  evaluated again            ${figure(reevaluated)}${spread}   (${repeats} other ${repeats === 1 ? "seed" : "seeds"}; optimism ${figure(optimism)})`,
    );
  }
  // Of an ending that an earlier version wrote it is not known.
  for (const { trial: number, repeats: fine, failed = 0 } of candidates) {
    if (failed === 0) continue;
    const all = failed + fine.length;
    lines.push(`  Trial ${number} failed with ${failed} of ${all} other ${all === 1 ? "seed" : "seeds"}.`);
  }
  if (test !== undefined) {
    const range =
      test.interval === undefined ? "" : `, 95 % ${figure(test.interval[0])} to ${figure(test.interval[1])}`;
    lines.push(
      `  on test data               ${figure(test.value)}${range}   (${test.rows} rows; optimism ${figure(testOptimism ?? 0)})`,
    );
    if (test.looks > 1) {
      lines.push(
        `  The test data were looked at ${test.looks} times. Only the first figure is what unseen data would give.`,
      );
    }
  } else lines.push("  No test data were given, so how good it is on unseen data is not known.");
  return `${lines.join("\n")}\n`;
}
