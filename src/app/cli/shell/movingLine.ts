import type { Output } from "./output.js";

/** A line that is drawn over on a terminal; elsewhere only the lines that stay are written. */
export class MovingLine {
  readonly #output: Output;
  #drawn = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** @param stays whether it is the last drawing of this line */
  draw(line: string, stays: boolean): void {
    const { isTerminal, width, write } = this.#output;
    if (isTerminal) write(`\r\x1b[K${line.slice(0, width() - 1)}${stays ? "\n" : ""}`);
    else if (stays) write(`${line}\n`);
    this.#drawn = isTerminal && !stays;
  }

  /** Ends the line that moves. */
  close(): void {
    if (this.#drawn) this.#output.write("\n");
    this.#drawn = false;
  }
}
