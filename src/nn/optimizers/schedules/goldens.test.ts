import { expect, it } from "vitest";
import { goldenCases } from "../../../engine/testing/goldenCases.js";
import type { Config } from "../../config/config.js";
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
