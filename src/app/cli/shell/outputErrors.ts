import { messageOf } from "../../../engine/errors.js";
import { interruptAll, leavesFiles } from "./interruption.js";

/** A reader that has gone, and what follows from it. */
const gone = new Set(["EPIPE", "ERR_STREAM_DESTROYED"]);

/** In words, for what a user can do something about. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EIO: "it is gone",
};

/**
 * What is done where standard output cannot be written to. A reader that has seen enough (`imago … | head`) ends a command whose product
 * is its text; one that leaves files goes on without printing. Anything else ends the work as Ctrl-C does: saved, one line, exit code 1.
 */
export function outputErrors(): (error: NodeJS.ErrnoException) => void {
  let said = false;
  return (error) => {
    const code = error.code ?? "";
    if (gone.has(code)) {
      if (!leavesFiles()) process.exit(process.exitCode ?? 0);
      return;
    }
    process.exitCode = 1;
    if (!said) process.stderr.write(`imago: standard output: ${reasons[code] ?? messageOf(error)}.\n`);
    said = true;
    if (leavesFiles()) interruptAll();
    else process.exit(1);
  };
}
