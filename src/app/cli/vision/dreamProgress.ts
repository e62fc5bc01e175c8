import type { DreamPreview } from "../../../labs/dream/dream.js";
import type { DreamLayerPreview } from "../../../labs/dream/eachLayer.js";
import { formatDreamLayer } from "../../../labs/dream/parseLayer.js";
import type { DreamZoomPreview } from "../../../labs/dream/zoom.js";
import { MovingLine } from "../shell/movingLine.js";

/** Shows how far a dream is: on a terminal a line that moves, and a line that stays for each size, frame or layer. */
export class DreamProgress extends MovingLine {
  #first = 0;

  show(preview: DreamPreview | DreamZoomPreview | DreamLayerPreview): void {
    const { octave, octaves, step, steps, loss, last } = preview;
    if (step === 1) this.#first = loss;
    const isOne = !("frame" in preview || "layer" in preview);
    const growth = step > 1 && this.#first !== 0 ? ` (×${(loss / this.#first).toFixed(1)})` : "";
    const line = `${whichOf(preview)}octave ${octave + 1}/${octaves}  step ${step}/${steps}  loss ${formatLoss(loss)}${growth}`;
    this.draw(line, isOne ? step === steps : last);
  }
}

function whichOf(preview: DreamPreview | DreamZoomPreview | DreamLayerPreview): string {
  if ("frame" in preview) return `frame ${preview.frame + 1}/${preview.frames}  `;
  if (!("layer" in preview)) return "";
  return `layer ${preview.picture + 1}/${preview.pictures}, ${formatDreamLayer(preview.layer)}  `;
}

const formatLoss = (loss: number): string =>
  Math.abs(loss) >= 1000 || loss === 0 ? loss.toFixed(0) : loss.toPrecision(4);
