import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Interruption } from "../shell/interruption.js";
import { stopName } from "./runRecord.js";

/** What ends work on a study: Ctrl-C, the request to terminate, and `imago tune stop`. */
export interface Stopping {
  readonly signal: AbortSignal;
  close(): void;
}

/**
 * Listens for what ends work on a study, until it is closed.
 *
 * @param folder the study's own; without it nobody can write there that it is to end
 */
export async function listenForStop(folder: string | undefined): Promise<Stopping> {
  const control = new AbortController();
  const stop = folder === undefined ? () => {} : await watchStop(folder, control);
  const interruption = new Interruption();
  const watch = setInterval(() => {
    if (interruption.came) control.abort(new Error("interrupted"));
  }, 50);
  return {
    signal: control.signal,
    close: () => {
      clearInterval(watch);
      stop();
      interruption.close();
    },
  };
}

/** Ends the search when somebody wrote that it is to end. @returns ends the watch */
async function watchStop(folder: string, control: AbortController): Promise<() => void> {
  const path = join(folder, stopName);
  await rm(path, { force: true });
  const timer = setInterval(() => {
    stat(path).then(
      () => control.abort(new Error("it was told to stop")),
      () => {},
    );
  }, 500);
  return () => {
    clearInterval(timer);
    void rm(path, { force: true });
  };
}
