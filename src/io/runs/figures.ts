import { directionOf, Judge } from "../../nn/callbacks/monitor.js";
import type { Curve } from "./curves.js";
import type { BestFigure } from "./summary.js";

/** What each figure was last and at its best. */
export class Figures {
  readonly last: Record<string, number> = {};
  readonly best: Record<string, BestFigure> = {};
  /** `undefined` for figures whose names tell no direction. */
  readonly #judges = new Map<string, Judge | undefined>();

  constructor(curves: ReadonlyMap<string, Curve> = new Map()) {
    for (const [name, { steps, values }] of curves) {
      for (const [index, step] of steps.entries()) this.take(name, values[index] as number, step);
    }
  }

  take(name: string, value: number, step: number): void {
    this.last[name] = value;
    if (this.#judge(name)?.improves(value, this.best[name]?.value) === true && !Number.isNaN(value)) {
      this.best[name] = { value, step };
    }
  }

  #judge(name: string): Judge | undefined {
    if (!this.#judges.has(name)) this.#judges.set(name, judgeOf(name));
    return this.#judges.get(name);
  }
}

function judgeOf(name: string): Judge | undefined {
  try {
    return new Judge(directionOf("run", name, "auto"), 0);
  } catch {
    return undefined;
  }
}
