import { readdir } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { Command } from "commander";
import { number, optional } from "../../../engine/options.js";
import type { NamedFile } from "../shell/files.js";
import { FieldFlags } from "../shell/flag.js";
import { UsageError } from "../shell/run.js";
import { isStandard } from "../shell/standard.js";

const flagOf = (unit: string) =>
  new FieldFlags({
    every: optional(
      number({
        min: 1,
        max: 1_000_000,
        integer: true,
        help: `write a numbered picture beside --out after every so many ${unit}`,
      }),
    ),
  });

/** Adds `--every`. @param unit what is counted: `steps` */
export const addEveryFlag = (command: Command, unit: string): Command => flagOf(unit).addTo(command);

/** Pictures on the way, each in a file of its own that stays. */
export interface NumberedPictures {
  /** One after each so many steps. */
  readonly steps: number;
  /** The file of the picture after a step, counted from 1: `painted-0050.png` beside `painted.png`. */
  readonly path: (step: number) => string;
  /**
   * The first, and those that are there already or among others that are written: what is to be looked at before.
   *
   * @param others further files of the command
   */
  readonly files: (others: readonly (string | undefined)[]) => Promise<NamedFile[]>;
}

/**
 * The pictures that `--every` asks for; `undefined` where it is not given.
 *
 * @param flags as commander gives them
 * @param out the finished picture's place
 * @param total steps at most, which says how many digits the numbers have: four, or more
 * @throws UsageError when the finished picture goes to standard output, which has no place beside it
 */
export function numberedPictures(flags: object, out: string, total: number): NumberedPictures | undefined {
  const { every: steps } = flagOf("").given(flags);
  if (steps === undefined) return undefined;
  if (isStandard(out)) {
    throw new UsageError("--every writes pictures beside --out, which is standard output here.", {
      help: "Name a file with --out.",
    });
  }
  const extension = extname(out);
  const stem = join(dirname(out), basename(out, extension));
  const digits = Math.max(4, String(total).length);
  const path = (step: number): string => `${stem}-${String(step).padStart(digits, "0")}${extension}`;
  const isOne = (other: string): boolean => {
    const step = Number(/-(\d+)\.[^.]*$/.exec(other)?.[1]);
    return step > 0 && step <= total && step % steps === 0 && resolve(other) === resolve(path(step));
  };
  return {
    steps,
    path,
    files: async (others) => {
      const names = await readdir(dirname(out)).catch(() => []);
      const there = names.map((name) => join(dirname(out), name));
      const given = others.filter((other) => other !== undefined);
      const meant = [path(steps), ...[...there, ...given].filter(isOne)];
      return [...new Set(meant)].map((one) => ({ name: "--every", path: one, isBinary: true }));
    },
  };
}

/** What is said of them behind the finished picture's place. */
export function withNumbered(count: number): string {
  if (count === 0) return "";
  return `, with ${count === 1 ? "a picture" : `${count} pictures`} of the way beside it`;
}
