import { describe, expect, it } from "vitest";
import { Generator } from "../../../../engine/random/generator.js";
import { levelOf } from "../../space/dimensions.js";
import { choice, float } from "../../space/parameters.js";
import type { Seen, Situation } from "../sampler.js";
import { challengerPath } from "./challengerPath.js";
import { isOn, leafPathAt } from "./leafPaths.js";
import { isForShares } from "./standing.js";

const level = levelOf({ x: float(0, 1), kind: choice(["a", "b", "c"]), other: choice(["u", "v"]) });
const path = leafPathAt(level, 0);

/** Trials of a kind and another category with some losses. */
function trials(given: readonly (readonly [kind: number, other: number, loss: number])[]): Seen[] {
  return given.map(([kind, other, loss], number) => ({
    ...{ number, state: "complete", loss },
    point: new Map([
      ["x", 0.5],
      ["kind", kind],
      ["other", other],
    ]),
  }));
}

const next = (seen: readonly Seen[], kindShare = 1, otherShare = 1e-9) =>
  challengerPath(path, seen, (one) => (one.path === "kind" ? kindShare : otherShare), new Generator(1));

describe("the category that is given a trial", () => {
  it("is the least known one that does not lead, of the parameter whose values are unlike", () => {
    const seen = trials([
      [0, 0, 1],
      [1, 1, 2],
      [1, 0, 3],
      [2, 0, 9],
    ]);
    expect(next(seen)?.branches.get("kind")).toBe(2);
    expect(next(seen)?.free.map((one) => one.path)).toEqual(["x", "other"]);
    expect(next(seen, 1e-9, 1)?.branches.get("other")).toBe(1);
    expect(next(trials([[0, 0, 1]]))?.branches.get("kind")).toBeGreaterThan(0);
  });

  it("is none that had its trials and gains too little to lead", () => {
    const flat = [9, 9, 9, 9].flatMap((loss) => [1, 2].map((kind) => [kind, 0, loss] as const));
    const seen = trials([[0, 0, 1], ...flat]);
    expect(next(seen)?.branches.has("kind") ?? false).toBe(false);
    const gaining = next(trials([[0, 0, 1], ...flat, [2, 0, 6], [2, 0, 5]]));
    expect(gaining?.branches.get("kind")).toBe(2);
    expect(gaining && isOn(gaining, new Map([["kind", 2]]))).toBe(true);
  });

  it("is none where there are no numbers to be learnt for it", () => {
    const plain = leafPathAt(levelOf({ kind: choice(["a", "b"]) }), 0);
    expect(challengerPath(plain, [], () => 1, new Generator(1))).toBeUndefined();
  });

  it("comes every so often, and mostly where the last trials gained nothing", () => {
    const situation: Omit<Situation, "seen"> = {
      ...{ level, number: 0, running: [], noisy: false, allows: () => true },
      ...{ random: new Generator(1), scramble: new Generator(1) },
    };
    const turns = (seen: readonly Seen[]) =>
      [4, 5, 6, 7].filter((turn) => isForShares({ ...situation, seen }, turn, 2)).map((turn) => turn % 4);
    const falling = Array.from({ length: 20 }, (_, i) => [0, 0, 20 - i] as const);
    expect(turns(trials(falling))).toEqual([1, 3]);
    expect(turns(trials([...falling, ...Array.from({ length: 8 }, () => [0, 0, 1] as const)]))).toEqual([
      1, 2, 3,
    ]);
  });
});
