import { describe, expect, it } from "vitest";
import { crowdingDistance } from "./crowdingDistance.js";
import { nonDominatedRanks } from "./nonDominatedRanks.js";
import { paretoFront } from "./paretoFront.js";

const { NaN: none, POSITIVE_INFINITY: far } = Number;
const random = (() => {
  let state = 7;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
})();

describe("ranks", () => {
  it("peel fronts, equal points together", () => {
    const losses = [
      [1, 4],
      [2, 2],
      [4, 1],
      [2, 2],
      [3, 3],
      [2, 4],
      [5, 5],
    ];
    expect([...nonDominatedRanks(losses)]).toEqual([0, 0, 0, 0, 1, 1, 2]);
    expect(paretoFront(losses)).toEqual([0, 1, 2, 3]);
  });

  it("of one loss are its order, ties shared", () => {
    expect([...nonDominatedRanks([[3], [1], [far], [1], [none], [2]])]).toEqual([2, 0, 3, 0, 3, 1]);
    expect(paretoFront([[3], [1], [1]])).toEqual([1, 2]);
  });

  it("take NaN for infinite, and know both infinities", () => {
    const losses = [
      [none, 0],
      [far, 0],
      [far, 1],
      [-far, far],
      [-far, none],
    ];
    expect([...nonDominatedRanks(losses)]).toEqual([0, 0, 1, 0, 0]);
  });

  it("of three losses are what taking fronts away one by one gives", () => {
    const losses = Array.from({ length: 60 }, () => [0, 1, 2].map(() => Math.floor(random() * 6)));
    const ranks = nonDominatedRanks(losses);
    let left = Array.from(losses.keys());
    for (let rank = 0; left.length > 0; rank++) {
      const front = paretoFront(left.map((i) => losses[i]!)).map((place) => left[place]!);
      expect(Array.from(losses.keys()).filter((i) => ranks[i] === rank)).toEqual(front);
      left = left.filter((i) => !front.includes(i));
    }
  });

  it("of nothing are none", () => {
    expect([...nonDominatedRanks([])]).toEqual([]);
    expect(paretoFront([])).toEqual([]);
    expect([...crowdingDistance([])]).toEqual([]);
  });
});

describe("crowding", () => {
  it("adds the gaps around a point, its ends infinite", () => {
    const losses = [
      [0, 10],
      [1, 6],
      [4, 5],
      [10, 0],
    ];
    expect([...crowdingDistance(losses)]).toEqual([far, 0.4 + 0.5, 0.9 + 0.6, far]);
  });

  it("of equal values is 0, and of one point infinite in nothing", () => {
    expect([...crowdingDistance([[2], [2], [2]])]).toEqual([0, 0, 0]);
    expect([...crowdingDistance([[2, 3]])]).toEqual([0]);
  });

  it("is 0 between duplicates, and between equal infinities", () => {
    expect([...crowdingDistance([[0], [1], [1], [1], [2]])]).toEqual([far, 0.5, 0, 0.5, far]);
    expect([...crowdingDistance([[0], [far], [far], [far], [1]])]).toEqual([far, far, 0, 0, far]);
  });

  it("of three losses adds all three", () => {
    const losses = [
      [0, 2, 1],
      [1, 1, 1],
      [2, 0, 1],
    ];
    expect([...crowdingDistance(losses)]).toEqual([far, 2, far]);
  });
});
