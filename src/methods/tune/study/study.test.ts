import { describe, expect, expectTypeOf, it } from "vitest";
import { choice, float, int, logNormal, openStudy, type ParamsOf, sobol } from "../index.js";

const space = {
  rate: float(1e-4, 1e-1, { log: true }),
  units: int(16, 512, { log: true }),
  head: choice({ linear: {}, mlp: { hidden: int(8, 64), drop: float(0, 0.5) } }),
  activation: choice(["relu", "tanh"]),
  scale: logNormal(0, 1),
};
type Params = ParamsOf<typeof space>;

const objective = ({ params }: { readonly params: Params }): number =>
  Math.log10(params.rate / 0.01) ** 2 +
  Math.abs(Math.log2(params.units / 128)) +
  (params.head.choice === "mlp" ? Math.abs(params.head.hidden - 32) / 32 : 0.7) +
  (params.activation === "relu" ? 0.1 : 0);

describe("a study", () => {
  it("has params that are typed by the space, branches as unions", () => {
    expectTypeOf<Params["rate"]>().toEqualTypeOf<number>();
    expectTypeOf<Params["activation"]>().toEqualTypeOf<"relu" | "tanh">();
    expectTypeOf<Params["head"]["choice"]>().toEqualTypeOf<"linear" | "mlp">();
    expectTypeOf<Extract<Params["head"], { choice: "mlp" }>["hidden"]>().toEqualTypeOf<number>();
  });

  it.each(["random", "sobol", "tpe", "gp"] as const)(
    "keeps to the space with %s, and repeats by its seed",
    async (sampler) => {
      const run = async (seed: number) => {
        const study = await openStudy({ space, sampler, seed });
        await study.run(objective, { trials: 40 });
        return study;
      };
      const study = await run(3);
      for (const { params } of study.trials) {
        expect(params.rate).toBeGreaterThanOrEqual(1e-4);
        expect(params.rate).toBeLessThanOrEqual(0.1);
        expect(Number.isInteger(params.units) && params.units >= 16 && params.units <= 512).toBe(true);
        expect(["relu", "tanh"]).toContain(params.activation);
        expect(params.scale).toBeGreaterThan(0);
        if (params.head.choice === "mlp") expect(params.head.hidden).toBeLessThanOrEqual(64);
        else expect(Object.keys(params.head)).toEqual(["choice"]);
      }
      expect((await run(3)).trials).toEqual(study.trials);
      expect((await run(4)).trials).not.toEqual(study.trials);
      const values = study.trials.map(({ value }) => value as number);
      expect(study.best?.value).toBe(Math.min(...values));
    },
  );

  it("learns by tpe what random does not find", async () => {
    const bestOf = async (sampler: "tpe" | "random") => {
      const found: number[] = [];
      for (let seed = 0; seed < 5; seed++) {
        const study = await openStudy({ space, sampler, seed });
        await study.run(objective, { trials: 80 });
        found.push(study.best?.value as number);
      }
      return found.sort((a, b) => a - b)[2] as number;
    };
    expect(await bestOf("tpe")).toBeLessThan(0.6 * (await bestOf("random")));
  });

  it("maximises, with the best by its direction", async () => {
    const study = await openStudy({ space: { x: float(-1, 1) }, direction: "maximize" });
    await study.run(({ params }) => -((params.x - 0.5) ** 2), { trials: 30 });
    expect(study.best?.params.x).toBeCloseTo(0.5, 1);
  });

  it("goes on by ask and tell, in whatever order trials end", async () => {
    const study = await openStudy({ space: { x: float(0, 1) }, sampler: sobol() });
    const [a, b] = [await study.ask(), await study.ask()];
    await study.tell(b!, 2);
    await study.tell(a!.number, { loss: 1 });
    expect(study.order).toEqual([1, 0]);
    expect(study.best?.number).toBe(0);
    await expect(study.tell(a!, 1)).rejects.toThrow(
      "study: trial 0 is not running, so nothing can be told of it.",
    );
  });

  it("tries first what is enqueued", async () => {
    const study = await openStudy({ space, seed: 1 });
    const params = {
      rate: 0.01,
      units: 128,
      head: { choice: "mlp", hidden: 32, drop: 0.1 },
      activation: "tanh",
      scale: 1,
    } as const;
    await study.enqueue(params);
    await study.run(objective, { trials: 3 });
    expect(study.trials[0]).toMatchObject({ params, enqueued: true, value: 0 });
    await expect(study.enqueue({ ...params, units: 1024 })).rejects.toThrow(
      "params.units: expected a number from 16 to 512 in steps of 1, received 1024.",
    );
    await expect(study.enqueue({ ...params, unit: 1 } as never)).rejects.toThrow('Did you mean "units"?');
  });

  it("takes failures as data and goes on", async () => {
    const study = await openStudy({ space: { x: float(0, 1) }, sampler: "tpe", seed: 2 });
    await study.run(
      ({ params }) => {
        if (params.x > 0.5) throw new Error("out of memory");
        return params.x < 0.1 ? Number.NaN : params.x;
      },
      { trials: 60 },
    );
    const failed = study.trials.filter(({ state }) => state === "failed");
    expect(failed.some(({ reason }) => reason === "out of memory")).toBe(true);
    expect(failed.some(({ reason }) => reason === "the objective gave NaN, not a finite number")).toBe(true);
    // A region that always fails is left alone.
    const late = study.trials.slice(30).filter(({ params }) => params.x > 0.5).length;
    expect(late).toBeLessThan(8);
  });

  it("says so where nothing works", async () => {
    const study = await openStudy({ space: { x: float(0, 1) } });
    const run = study.run(() => Promise.reject(new Error("no such file")), { trials: 50 });
    await expect(run).rejects.toThrow("study: the first 10 trials failed, the last because no such file.");
    await expect(study.run(() => 1)).rejects.toThrow(
      "nothing says when to end; give trials, timeLimit or a signal.",
    );
  });

  it("ends when all points of a space were tried, each once", async () => {
    const all = { a: int(1, 3), b: choice(["x", "y"]), c: choice({ no: {}, yes: { d: int(0, 1) } }) };
    for (const sampler of ["grid"] as const) {
      const study = await openStudy({ space: all, sampler });
      await study.run(({ params }) => params.a, { trials: 100 });
      expect(study.trials).toHaveLength(3 * 2 * 3);
      expect(new Set(study.trials.map(({ params }) => JSON.stringify(params))).size).toBe(18);
    }
  });

  it("tries no point twice where values are not noisy", async () => {
    const study = await openStudy({ space: { a: int(1, 6), b: int(1, 6) }, seed: 5 });
    await study.run(({ params }) => (params.a - 2) ** 2 + (params.b - 5) ** 2, { trials: 30 });
    expect(new Set(study.trials.map(({ params }) => JSON.stringify(params))).size).toBe(30);
  });

  it("keeps parameters together as a constraint says", async () => {
    const study = await openStudy({
      space: { a: float(0, 1), b: float(0, 1) },
      constraint: ({ a, b }) => a + b < 1,
      seed: 1,
    });
    await study.run(({ params }) => -params.a - params.b, { trials: 40 });
    expect(study.trials.every(({ params }) => params.a + params.b < 1)).toBe(true);
  });

  it("ends with the signal, and what was running waits to go on", async () => {
    const control = new AbortController();
    const study = await openStudy({ space: { x: float(0, 1) } });
    const run = study.run(() => new Promise(() => undefined), { signal: control.signal, parallel: 2 });
    setTimeout(() => control.abort(new Error("enough")), 5);
    await run;
    expect(study.trials.map(({ state, reason }) => [state, reason])).toEqual([
      ["waiting", "enough"],
      ["waiting", "enough"],
    ]);
    await study.run(({ params }) => params.x, { trials: 2 });
    expect(study.trials.map(({ state, attempts }) => [state, attempts])).toEqual([
      ["complete", 2],
      ["complete", 2],
    ]);
  });
});

describe("spaces refuse", () => {
  it.each([
    [
      () => float(0, 1, { log: true }),
      "float: with log the lower bound must be above 0, received 0. Use a small positive one.",
    ],
    [() => float(2, 1), "float: expected finite bounds, the lower one first, received 2 and 1."],
    [() => int(0.5, 3), "int: bounds must be whole numbers up to 2⁵³ − 1, received 0.5."],
    [() => int(1, 10, { step: 4 }), "int: steps of 4 from 1 do not end at 10, but at 9 or 13."],
    [() => float(0, 1, { setp: 0.1 } as never), 'float: unknown option "setp". Did you mean "step"?'],
    [() => choice([]), "choice: there are no values to choose among."],
    [
      () => logNormal(0, 0),
      "logNormal: expected a finite mean and a finite deviation above 0, received 0 and 0.",
    ],
  ])("%#", (make, message) => {
    expect(make).toThrow(message);
  });

  it("what is no parameter, by its path", async () => {
    await expect(openStudy({ space: { a: choice({ b: { c: 3 as never } }) } })).rejects.toThrow(
      'space: "a.b.c" must be made by float, int, choice, normal or logNormal, received 3.',
    );
    await expect(openStudy({ space: { choice: int(1, 2) } })).rejects.toThrow('is not empty, not "choice"');
  });
});
