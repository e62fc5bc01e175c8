import { expect, it } from "vitest";
import { choice, float, int } from "../space/parameters.js";
import { openStudy } from "../study/openStudy.js";
import { grid } from "./grid.js";

const keysOf = (trials: readonly { readonly params: object }[]): Set<string> =>
  new Set(trials.map(({ params }) => JSON.stringify(params)));

it("tries all whole numbers of a logarithm, each once, and ends", async () => {
  const study = await openStudy({
    space: { a: int(1, 30, { log: true }), b: choice(["x", "y"]) },
    sampler: "grid",
  });
  await study.run(({ params }) => params.a, { trials: 100 });
  expect(study.trials).toHaveLength(60);
  expect(keysOf(study.trials).size).toBe(60);
});

it("has 256 combinations at least of a continuum, unless it is told", async () => {
  const own = { x: float(0, 1), y: float(0, 1) };
  const run = async (sampler: "grid" | ReturnType<typeof grid>): Promise<number> => {
    const study = await openStudy({ space: own, sampler });
    await study.run(({ params }) => params.x, { trials: 400 });
    return keysOf(study.trials).size;
  };
  expect(await run("grid")).toBe(256);
  expect(await run(grid({ points: 3 }))).toBe(9);
});

it("looks everywhere first: every quarter of each of two numbers with each other in 16 trials", async () => {
  const study = await openStudy({
    space: { x: float(0, 1), y: float(0, 1) },
    sampler: grid({ points: 16 }),
    seed: 3,
  });
  await study.run(({ params }) => params.x, { trials: 16 });
  const cells = study.trials.map(({ params }) => `${Math.floor(params.x * 4)} ${Math.floor(params.y * 4)}`);
  expect(new Set(cells).size).toBe(16);
});

it("goes through grids that nobody would finish, and says where nothing may be tried", async () => {
  const wide = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}`, float(0, 1)]));
  const study = await openStudy({ space: wide, sampler: "grid" });
  await study.run(({ params }) => params.x0 as number, { trials: 20 });
  expect(keysOf(study.trials).size).toBe(20);
  const none = await openStudy({ space: wide, sampler: "grid", constraint: () => false });
  await expect(none.ask()).rejects.toThrow(
    "grid: of 1073741824 combinations none was found that may be tried and was not.",
  );
});
