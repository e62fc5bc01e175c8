import type { Command } from "commander";
import { shellWord } from "./output.js";

/**
 * The flags of a call as they were given, for a line that goes on with it.
 *
 * @param left names of flags that are left out
 */
export function givenFlags(command: Command, left: readonly string[] = []): string {
  const words = command.options.flatMap((option) => {
    const name = option.attributeName();
    const value: unknown = command.getOptionValue(name);
    const flag = option.long ?? "";
    if (command.getOptionValueSource(name) !== "cli" || left.includes(flag)) return [];
    if (option.negate) return value === false ? [flag] : [];
    if (value === true) return [flag];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return value === false ? [] : values.map((one) => `${flag} ${shellWord(String(one))}`);
  });
  return words.map((word) => ` ${word}`).join("");
}
