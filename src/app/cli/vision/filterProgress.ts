import type { FilterStep } from "../../../labs/filters/filters.js";
import { MovingLine } from "../shell/movingLine.js";

/** Shows how far channels' pictures are: on a terminal a line that moves, and a line that stays for each picture. */
export class FilterProgress extends MovingLine {
  readonly #began = performance.now();

  show(step: FilterStep): void {
    const { channel, picture, pictures, activation } = step;
    const part = `step ${step.step}/${step.steps}  activation ${activation.toPrecision(4)}`;
    const many = pictures > 1 ? `picture ${picture + 1}/${pictures}  ` : "";
    this.draw(`${many}channel ${channel}  ${part}  ${this.#left(step)} s left`, false);
  }

  /** Seconds for all that is to come. */
  #left({ picture, pictures, step, steps }: FilterStep): number {
    const done = picture * steps + step;
    const each = (performance.now() - this.#began) / 1000 / done;
    return Math.ceil(each * (pictures * steps - done));
  }
}
