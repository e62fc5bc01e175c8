import type { Callback } from "../../../nn/training/callback.js";

export interface TimedProgressOptions {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly width: () => number;
  /** How long training will last. */
  readonly seconds: number;
  /** Milliseconds that pass. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/** Milliseconds between two drawings of the line that moves. */
const drawEvery = 100;
/** Lines that stay, so that the loss can be seen to fall. */
const lines = 9;
/** Of the mean of recent losses, what one batch changes. */
const share = 0.05;

/** Shows a run of fixed time: a line that stays for each ninth of it and, on a terminal, one that moves. */
export function timedProgress({
  write,
  isTerminal,
  width,
  seconds,
  now = () => performance.now(),
}: TimedProgressOptions): Callback {
  let begin = 0;
  let drawn = 0;
  let steps = 0;
  let loss: number | undefined;
  let next = seconds / lines;
  const status = (elapsed: number): string => {
    const bits = ((loss ?? 0) / Math.LN2).toFixed(2);
    const each = ((elapsed * 1000) / Math.max(1, steps)).toFixed(1);
    return `${elapsed.toFixed(0).padStart(3)} s  ${String(steps).padStart(6)} steps of ${each} ms  loss ${(loss ?? 0).toFixed(3)}, ${bits} bits per character`;
  };
  const clear = isTerminal ? "\r\x1b[K" : "";
  return {
    name: "timedProgress",
    onTrainBegin: () => {
      begin = now();
    },
    onBatchEnd: ({ loss: batch }) => {
      steps++;
      loss = loss === undefined ? batch : loss + share * (batch - loss);
      const time = now();
      const elapsed = (time - begin) / 1000;
      if (elapsed >= next) {
        while (next <= elapsed) next += seconds / lines;
        write(`${clear}${status(elapsed)}\n`);
      }
      if (!isTerminal || time - drawn < drawEvery) return;
      drawn = time;
      const left = Math.max(0, seconds - elapsed).toFixed(0);
      // The bar comes last: it is what a narrow terminal can do without.
      const line = `${left.padStart(3)} s left  loss ${loss.toFixed(3)}  ${bar(elapsed / seconds)}`;
      write(clear + line.slice(0, width() - 1));
    },
    onTrainEnd: () => write(`${clear}\n`),
  };
}

function bar(part: number): string {
  const size = 30;
  const filled = Math.max(0, Math.min(size, Math.floor(part * size)));
  return `[${"=".repeat(filled)}${".".repeat(size - filled)}]`;
}
