import { number, oneOf, optional, seed, text } from "../../../engine/options.js";
import { isStorage } from "../../../methods/tune/study/options.js";
import { FieldFlags } from "../shell/flag.js";
import { mostMinutes, mostProcesses } from "../shell/limits.js";
import { UsageError } from "../shell/run.js";

const minutes = (help: string) => optional(number({ above: 0, max: mostMinutes, help, unit: "m" }));

/** How long and with how much is searched. */
export const runFlags = new FieldFlags({
  trials: optional(
    number({
      min: 1,
      max: 1_000_000,
      integer: true,
      help: "trials in all (default: 100 where no minutes are given)",
    }),
  ),
  minutes: minutes("begin no trial after so many minutes"),
  parallel: number({
    default: 1,
    min: 1,
    max: mostProcesses,
    integer: true,
    help: "trials beside each other, each in a process",
  }),
  threads: optional(
    number({
      min: 1,
      max: mostProcesses,
      integer: true,
      help: "threads of each process (default: the cores divided)",
    }),
  ),
  trialMinutes: minutes("a trial that takes longer has failed"),
});

/** Options of the study itself. */
export const studyFlags = new FieldFlags({
  sampler: optional(
    text(undefined, {
      help: "what proposes trials, as tpe or gp (default: what the script says)",
      unit: "name",
    }),
  ),
  pruner: optional(text(undefined, { help: "what ends trials early, as asha or median", unit: "name" })),
  direction: optional(oneOf(["minimize", "maximize"], undefined, { help: "minimize or maximize the value" })),
  seed: optional({ ...seed("the same seed gives the same trials"), fallback: undefined }),
});

/** Where a study on PostgreSQL is. */
export const storageFlags = new FieldFlags({
  storage: optional(
    text(undefined, {
      help: "a PostgreSQL database, postgres://…, that workers on many machines share",
      unit: "url",
    }),
  ),
  name: optional(text(undefined, { help: "what the study is called there (default: study)", unit: "text" })),
});

/** @throws UsageError on what is no URL of a database */
export function checkStorage(storage: string | undefined, name: string | undefined): void {
  if (storage !== undefined && !isStorage(storage)) {
    throw new UsageError(`--storage must begin with postgres://, received ${storage}.`);
  }
  if (storage === undefined && name !== undefined) {
    throw new UsageError(
      "--name is what a study is called in a database; give --storage too, or leave it out.",
    );
  }
}
