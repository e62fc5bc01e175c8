import type { DreamPreview } from "../../../labs/dream/dream.js";
import type { DreamZoomPreview } from "../../../labs/dream/zoom.js";
import type { Output } from "../shell/output.js";

/** Shows how far a dream is: on a terminal a line that moves, and a line that stays for each size or frame. */
export class DreamProgress {
  readonly #output: Output;
  #first = 0;
  #drawn = false;

  constructor(output: Output) {
    this.#output = output;
  }

  show(preview: DreamPreview | DreamZoomPreview): void {
    const { octave, octaves, step, steps, loss, last } = preview;
    if (step === 1) this.#first = loss;
    const isZoom = "frame" in preview;
    const frame = isZoom ? `frame ${preview.frame + 1}/${preview.frames}  ` : "";
    const growth = step > 1 && this.#first !== 0 ? ` (×${(loss / this.#first).toFixed(1)})` : "";
    const line = `${frame}octave ${octave + 1}/${octaves}  step ${step}/${steps}  loss ${formatLoss(loss)}${growth}`;
    const { isTerminal, width, write } = this.#output;
    const stays = isZoom ? last : step === steps;
    if (isTerminal) {
      write(`\r\x1b[K${line.slice(0, width() - 1)}${stays ? "\n" : ""}`);
      this.#drawn = !stays;
    } else if (stays) write(`${line}\n`);
  }

  /** Ends the line that moves. */
  close(): void {
    if (this.#drawn) this.#output.write("\n");
    this.#drawn = false;
  }
}

const formatLoss = (loss: number): string =>
  Math.abs(loss) >= 1000 || loss === 0 ? loss.toFixed(0) : loss.toPrecision(4);
