import { describe, expect, it, vi } from "vitest";
import { choice, float, int, openStudy } from "../index.js";
import { sampler } from "../samplers/resolve.js";

describe.each(sampler.names)("%s", (name) => {
  it("serves spaces of nothing, of one value and of a thousand choices", async () => {
    const none = await openStudy({ space: {}, sampler: name });
    await none.run(() => 1, { trials: 4 });
    expect(none.trials.map(({ params }) => params)).toEqual([{}]);
    const one = await openStudy({ space: { a: choice(["x"]), b: int(3, 3), c: float(2, 2) }, sampler: name });
    await one.run(() => 1, { trials: 4 });
    expect(one.trials.map(({ params }) => params)).toEqual([{ a: "x", b: 3, c: 2 }]);
    const many = Array.from({ length: 1000 }, (_, i) => i);
    const wide = await openStudy({ space: { a: choice(many) }, sampler: name });
    await wide.run(({ params }) => Math.abs(params.a - 500), { trials: 25 });
    expect(new Set(wide.trials.map(({ params }) => params.a)).size).toBe(25);
  });

  it("keeps to a constraint, and says where none can be kept", async () => {
    const space = { a: int(1, 4), b: int(1, 4) };
    const study = await openStudy({ space, sampler: name, constraint: ({ a, b }) => a < b });
    await study.run(({ params }) => params.a, { trials: 20 });
    expect(study.count).toBe(6);
    expect(study.trials.every(({ params }) => params.a < params.b)).toBe(true);
    const never = await openStudy({ space: { x: float(0, 1) }, sampler: name, constraint: () => false });
    await expect(never.run(() => 1, { trials: 2 })).rejects.toThrow(/constraint|may be tried/);
  });

  it("goes on where values are equal, infinite or missing", async () => {
    const study = await openStudy({
      space: { x: float(0, 1), k: choice({ a: {}, b: { y: int(0, 9) } }) },
      sampler: name,
    });
    const values = [1, 1, Number.POSITIVE_INFINITY, Number.NaN, 1e300, -1e300, undefined, null, "1", {}];
    await study.run(({ number }) => values[number % values.length] as number, { trials: 30 });
    expect(study.count).toBe(30);
    expect(study.trials.filter(({ state }) => state === "failed")).toHaveLength(18);
    expect(study.best?.value).toBe(-1e300);
  });
});

describe("a study", () => {
  it("does not go by clocks that jump", async () => {
    const run = async () => {
      const study = await openStudy({ space: { x: float(0, 1) }, seed: 1 });
      await study.run(({ params }) => params.x, { trials: 15 });
      return study;
    };
    const plain = await run();
    const now = vi.spyOn(Date, "now").mockImplementation(() => 1e12 * Math.cos(performance.now()));
    try {
      expect((await run()).trials).toEqual(plain.trials);
    } finally {
      now.mockRestore();
    }
  });

  it("waits for no objective for ever", async () => {
    const study = await openStudy({ space: { x: float(0, 1) } });
    await study.run(({ number }) => (number === 0 ? new Promise<number>(() => {}) : 1), {
      trials: 2,
      trialTimeLimit: 20,
    });
    expect(study.trials.map(({ state, reason }) => [state, reason])).toEqual([
      ["failed", "it took longer than its limit of 20 ms"],
      ["complete", undefined],
    ]);
  });

  it("takes nothing from a trial whose time is over", async () => {
    const study = await openStudy({ space: { x: float(0, 1) } });
    let late: Promise<unknown> = Promise.resolve();
    await study.run(
      async (trial) => {
        if (trial.number > 0) return 1;
        late = new Promise((resolve) => setTimeout(resolve, 40)).then(() => trial.report(5, 1));
        late.catch(() => {});
        await late;
        return 2;
      },
      { trials: 2, trialTimeLimit: 15 },
    );
    await expect(late).rejects.toThrow("trial 0 is not running");
    expect(study.record(0)).toMatchObject({ state: "failed", reports: [] });
  });
});
