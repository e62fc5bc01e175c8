import { expect, it } from "vitest";
import { PartQueue } from "./partQueue.js";

it("gives each part once, to whichever thread asks", () => {
  const here = new PartQueue(3);
  const there = new PartQueue(here.memory);
  expect([here.take(), there.take(), here.take(), there.take(), here.take()]).toEqual([
    0,
    1,
    2,
    undefined,
    undefined,
  ]);
  there.setElsewhere(1);
  expect([0, 1, 2].map((part) => here.isElsewhere(part))).toEqual([false, true, false]);
});

it("begins anew, and ends early", () => {
  const queue = new PartQueue(2);
  queue.take();
  queue.setElsewhere(0);
  queue.reset();
  expect([queue.isElsewhere(0), queue.take()]).toEqual([false, 0]);
  queue.close();
  expect(queue.take()).toBeUndefined();
});
