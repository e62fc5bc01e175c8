import { directionOf, Judge } from "../../nn/callbacks/monitor.js";
import { byName } from "./byName.js";
import { type Curve, GrowingCurve } from "./curves.js";
import type { BestFigure } from "./summary.js";

/** One figure so far. Of one whose name tells no direction only the last point is kept. */
interface Figure {
  readonly judge: Judge | undefined;
  readonly curve: GrowingCurve;
}

/**
 * What each figure was last and at its best, along its curve as it is read: a step that came again counts as it was last said, and
 * the last is the highest step.
 */
export class Figures {
  readonly #figures = new Map<string, Figure>();

  constructor(curves: ReadonlyMap<string, Curve> = new Map()) {
    for (const [name, { steps, values }] of curves) {
      for (const [index, step] of steps.entries()) this.take(name, values[index] as number, step);
    }
  }

  take(name: string, value: number, step: number): void {
    let figure = this.#figures.get(name);
    if (figure === undefined) {
      figure = { judge: judgeOf(name), curve: new GrowingCurve() };
      this.#figures.set(name, figure);
    }
    const { judge, curve } = figure;
    if (judge === undefined) {
      if (step < (curve.steps[0] ?? Number.NEGATIVE_INFINITY)) return;
      curve.cut(Number.NEGATIVE_INFINITY);
    }
    curve.put(step, value);
  }

  get last(): Record<string, number> {
    return byName([...this.#figures].map(([name, { curve }]) => [name, curve.values.at(-1) as number]));
  }

  get best(): Record<string, BestFigure> {
    return byName(
      [...this.#figures].flatMap(([name, { judge, curve }]) => {
        const best = judge === undefined ? undefined : bestOf(judge, curve);
        return best === undefined ? [] : [[name, best] as const];
      }),
    );
  }
}

function bestOf(judge: Judge, { steps, values }: Curve): BestFigure | undefined {
  let best: number | undefined;
  for (const [index, value] of values.entries()) {
    if (judge.improves(value, best === undefined ? undefined : values[best])) best = index;
  }
  return best === undefined ? undefined : { value: values[best] as number, step: steps[best] as number };
}

function judgeOf(name: string): Judge | undefined {
  try {
    return new Judge(directionOf("run", name, "auto"), 0);
  } catch {
    return undefined;
  }
}
