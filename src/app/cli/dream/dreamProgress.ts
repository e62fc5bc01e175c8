import type { DreamPreview } from "../../../labs/dream/dream.js";
import type { DreamZoomPreview } from "../../../labs/dream/zoom.js";
import { MovingLine } from "../shell/movingLine.js";

/** Shows how far a dream is: on a terminal a line that moves, and a line that stays for each size or frame. */
export class DreamProgress extends MovingLine {
  #first = 0;

  show(preview: DreamPreview | DreamZoomPreview): void {
    const { octave, octaves, step, steps, loss, last } = preview;
    if (step === 1) this.#first = loss;
    const isZoom = "frame" in preview;
    const frame = isZoom ? `frame ${preview.frame + 1}/${preview.frames}  ` : "";
    const growth = step > 1 && this.#first !== 0 ? ` (×${(loss / this.#first).toFixed(1)})` : "";
    const line = `${frame}octave ${octave + 1}/${octaves}  step ${step}/${steps}  loss ${formatLoss(loss)}${growth}`;
    this.draw(line, isZoom ? last : step === steps);
  }
}

const formatLoss = (loss: number): string =>
  Math.abs(loss) >= 1000 || loss === 0 ? loss.toFixed(0) : loss.toPrecision(4);
