import type { InterpolationPreview } from "../../../labs/style/interpolate.js";
import type { StylePreview } from "../../../labs/style/style.js";
import { MovingLine } from "../shell/movingLine.js";

/** Lines that stay for each size, so that the losses can be seen to fall. */
const lines = 10;

/** Shows how far a style transfer is: on a terminal a line that moves, and a line that stays for each tenth. */
export class StyleProgress extends MovingLine {
  #began = 0;

  show(preview: StylePreview | InterpolationPreview): void {
    const { iteration, iterations, stage, stages } = preview;
    if (iteration === 1) this.#began = performance.now();
    const tenth = Math.max(1, Math.round(iterations / lines));
    const ends = preview.last || iteration === iterations;
    const parts = [
      ...("picture" in preview ? [`picture ${preview.picture + 1}/${preview.pictures}`] : []),
      ...(stages > 1 ? [`size ${stage + 1}/${stages}`] : []),
      `iteration ${iteration}/${iterations}`,
      formatLosses(preview),
      ...(iteration > 1 && !ends ? [this.#left(preview)] : []),
    ];
    this.draw(parts.join("  "), iteration === 1 || iteration % tenth === 0 || ends);
  }

  #left({ iteration, iterations }: StylePreview): string {
    const each = (performance.now() - this.#began) / 1000 / (iteration - 1);
    return `${Math.ceil(each * (iterations - iteration))} s left`;
  }
}

function formatLosses({ losses: { total, content, style, totalVariation } }: StylePreview): string {
  const figure = (value: number): string => value.toPrecision(3);
  return `loss ${figure(total)} (content ${figure(content)}, style ${figure(style)}, roughness ${totalVariation.toFixed(0)})`;
}
