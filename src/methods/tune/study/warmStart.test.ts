import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { choice, float, int, openStudy, readStudy } from "../index.js";

const pair = [1, 2] as const;
const space = {
  x: float(0, 10),
  old: float(0, 1),
  kind: choice(["a", "b", pair]),
  head: choice({ mlp: { hidden: int(1, 9) }, linear: {}, gone: {} }),
};

async function earlier(folder?: string) {
  const study = await openStudy({ space, seed: 1, folder, sampler: "random" });
  const known = [
    { x: 1, old: 0.5, kind: "a", head: { choice: "mlp", hidden: 3 } },
    { x: 9, old: 0.5, kind: "a", head: { choice: "linear" } },
    { x: 2, old: 0.5, kind: pair, head: { choice: "linear" } },
    { x: 3, old: 0.5, kind: "b", head: { choice: "linear" } },
    { x: 4, old: 0.5, kind: "a", head: { choice: "gone" } },
    { x: 5, old: 0.5, kind: "a", head: { choice: "linear" } },
  ] as const;
  for (const params of known) await study.enqueue(params);
  await study.run(({ number }) => (number === 5 ? Number.NaN : number), { trials: 6 });
  return study;
}

const now = {
  x: float(0, 5),
  kind: choice([[1, 2], "a"]),
  head: choice({ linear: {}, mlp: { hidden: int(1, 5), layers: int(1, 3) } }),
  fresh: float(0, 1),
};

describe("warmStart", () => {
  it("takes what fits, draws what is missing, and tells what does not fit", async () => {
    const study = await openStudy({ space: now, seed: 7 });
    const { taken, left } = await study.warmStart(await earlier());
    expect(taken).toEqual([0, 2]);
    expect(left).toEqual([
      { trial: 1, reason: "params.x: expected a number from 0 to 5, received 9." },
      { trial: 3, reason: 'params.kind: "b" is no choice here.' },
      { trial: 4, reason: 'params.head: {"choice":"gone"} is no choice here.' },
    ]);
    await study.run(() => 1, { trials: 3 });
    const [first, second, third] = study.trials;
    expect(first?.params).toEqual({
      ...{ x: 1, kind: "a", fresh: expect.any(Number) },
      head: { choice: "mlp", hidden: 3, layers: expect.any(Number) },
    });
    expect(second?.params).toMatchObject({ x: 2, kind: [1, 2], head: { choice: "linear" } });
    expect([first, second, third].map((trial) => trial?.enqueued)).toEqual([true, true, false]);
    const again = await openStudy({ space: now, seed: 7 });
    await again.warmStart(await earlier(), { best: 1 });
    expect((await again.ask())?.params).toEqual(first?.params);
  });

  it("takes the best of large values, and of several directions the front", async () => {
    const large = await openStudy({ space: { x: float(0, 5) }, direction: "maximize" });
    await large.run(({ number }) => number, { trials: 4 });
    const study = await openStudy({ space: { x: float(0, 5) } });
    expect((await study.warmStart(large, { best: 2 })).taken).toEqual([3, 2]);
    const both = await openStudy({ space: { x: float(0, 5) }, direction: ["minimize", "maximize"] });
    await both.run(({ number }) => [number % 2, number], { trials: 4 });
    expect(
      (await study.warmStart({ directions: both.directions, front: both.front, trials: [] })).taken.length,
    ).toBe(2);
  });

  it("reads the earlier study from a folder, and takes nothing twice", async () => {
    const root = await mkdtemp(join(tmpdir(), "imago-"));
    try {
      const before = await earlier(join(root, "a"));
      await before.close();
      const read = await readStudy(join(root, "a"));
      const folder = join(root, "b");
      const study = await openStudy({ space: now, folder });
      expect((await study.warmStart(read)).taken).toEqual([0, 2]);
      await study.run(() => 1, { trials: 1 });
      await study.close();
      const again = await openStudy({ space: now, folder });
      const { taken, left } = await again.warmStart(read, { best: 3 });
      expect(taken).toEqual([]);
      expect(left.map(({ reason }) => reason)).toContain("it is tried here already.");
      await again.close();
      await expect(read.warmStart(before)).rejects.toThrow("the study was read to be looked at.");
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });

  it("heeds the constraint, and refuses what it cannot know", async () => {
    const study = await openStudy({ space: { x: float(0, 10) }, constraint: ({ x }) => x > 1.5 });
    const { left } = await study.warmStart(await earlier(), { best: 1 });
    expect(left).toEqual([{ trial: 0, reason: "the constraint does not let its parameters go together." }]);
    const unknown = await openStudy();
    await expect(unknown.warmStart(study)).rejects.toThrow(
      "study: warmStart: the study knows no parameters yet, so nothing fits it. Open it with a space.",
    );
    await expect(study.warmStart(study, { bets: 1 } as never)).rejects.toThrow(
      'study: warmStart: unknown option "bets". Did you mean "best"?',
    );
  });
});
