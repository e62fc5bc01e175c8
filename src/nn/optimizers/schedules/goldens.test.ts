import { expect, it } from "vitest";
import { goldenCases } from "../../../engine/testing/goldenCases.js";
import type { Config } from "../../config/config.js";
import { oneCycle } from "./oneCycle.js";
import { schedule } from "./resolve.js";

interface ScheduleCase {
  readonly name: string;
  readonly schedule: string;
  readonly config: Config;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

const cases = goldenCases<ScheduleCase>("schedules/schedules");

it.each(cases.map((golden) => [golden.name, golden] as const))("rates are Keras's: %s", (_, golden) => {
  const made = schedule({ name: golden.schedule, config: golden.config });
  golden.steps.forEach((step, index) => {
    const wanted = golden.values[index] as number;
    expect(Math.abs(made.at(step) - wanted), `step ${step}`).toBeLessThanOrEqual(1e-7 * wanted + 1e-16);
  });
});

it("one cycle stays where it ends, and needs steps for both ways", () => {
  const made = oneCycle({ maxLearningRate: 0.1, totalSteps: 10 });
  expect(made.at(9)).toBeCloseTo(0.1 / 25 / 1e4, 12);
  expect(made.at(1000)).toBe(made.at(9));
  expect(() => oneCycle({ maxLearningRate: 0.1, totalSteps: 3 })).toThrow(
    "oneCycle: a rise of 0.3 of 3 steps leaves none for it. Give another rise, or more totalSteps.",
  );
  expect(() => oneCycle({ maxLearningRate: 0.1, totalSteps: 4, rise: 0.99 })).not.toThrow();
  expect(() => oneCycle({ maxLearningRate: 0.1 } as never)).toThrow("oneCycle: totalSteps is required");
});
