import { expect, it } from "vitest";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { ensemble } from "../ensemble.js";
import { bagging } from "./bagging.js";
import { build, rows, x, y } from "./testing/networks.js";

const here = { x, y, epochs: 2, batchSize: 8, workers: 0 };

it("trains on rows drawn with replacement, and predicts each row by those that did not see it", async () => {
  const {
    members,
    bags,
    predictions,
    counts,
    rows: predicted,
    report,
  } = await bagging({
    ...here,
    build,
    members: 4,
  });
  expect(members.length).toBe(4);
  const lacking = Array.from({ length: rows }, (_, row) =>
    bags.filter(({ heldOut }) => heldOut.includes(row)),
  );
  expect([...counts]).toEqual(lacking.map(({ length }) => length));
  for (const { training, heldOut } of bags) {
    expect(training.length).toBe(rows);
    expect(new Set(training).size).toBe(rows - heldOut.length);
    expect(heldOut.some((row) => training.includes(row))).toBe(false);
  }
  expect(bags[0]?.training).not.toEqual(bags[1]?.training);
  expect([...predicted]).toEqual([...counts.keys()].filter((row) => (counts[row] as number) > 0));
  for (const [row, those] of lacking.entries()) {
    const each = await Promise.all(those.map(({ model }) => model?.predict([x[row]] as never)));
    const sum = each.reduce((total: number, one) => total + (one as Tensor).item(), 0);
    const mean = predictions.out?.data[row] as number;
    if (those.length === 0) expect(mean).toBeNaN();
    else expect(mean).toBeCloseTo(sum / those.length, 5);
  }
  expect(report()).toMatch(/bag 4 +30 +\d+ /);
  expect(ensemble(members).outputs.map(({ name }) => name)).toEqual(["out"]);
});

it("gives rows that every bag has no prediction", async () => {
  const { predictions, counts } = await bagging({ ...here, build, members: 1 });
  const seen = [...counts.keys()].filter((row) => counts[row] === 0);
  expect(seen.length).toBeGreaterThan(10);
  for (const row of seen) expect(predictions.out?.data[row]).toBeNaN();
});

it("can do with bags that lack no row", async () => {
  const { members, bags, predictions, figures } = await bagging({
    ...here,
    build,
    x: x.slice(0, 1),
    y: y.slice(0, 1),
    members: 2,
  });
  expect(members.length).toBe(2);
  expect(bags[0]?.figures).toBeUndefined();
  expect(predictions).toEqual({});
  expect(figures).toEqual({});
});

it("gives the same numbers for the same seed, in workers too", async () => {
  const [first, second, other] = [
    await bagging({ ...here, build, members: 3, seed: 4 }),
    await bagging({ ...here, build, members: 3, seed: 4, workers: 1 }),
    await bagging({ ...here, build, members: 3, seed: 5 }),
  ];
  expect(second.predictions).toEqual(first.predictions);
  expect(second.figures).toEqual(first.figures);
  expect(other.predictions).not.toEqual(first.predictions);
});

it("names unknown options", async () => {
  await expect(bagging({ ...here, build, member: 3 } as never)).rejects.toThrow(
    'bagging: unknown option "member". Did you mean "members"?',
  );
});

it("lets all learn from all rows where it is told to", async () => {
  const { members, bags, counts, failures } = await bagging({ ...here, build, members: 2, bootstrap: false });
  expect(failures).toEqual([]);
  expect(bags.map(({ training }) => [...training])).toEqual([[...x.keys()], [...x.keys()]]);
  expect(new Set(counts)).toEqual(new Set([0]));
  const [first, second] = members.map((model) => model.variables[0]?.variable.value.data);
  expect(first).not.toEqual(second);
});
