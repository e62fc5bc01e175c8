import { expect, it } from "vitest";
import { checkEvents } from "./checkEvents.js";

const ask = { t: "ask", trial: 0, point: [["x", 0.5]], enqueued: false, time: 1 };
const report = { t: "report", trial: 0, attempt: 1, step: 1, value: "NaN" };

it("takes what can be meant, numbers that JSON has not and kinds of later versions included", () => {
  const { events, problems } = checkEvents([ask, report, { t: "later" }, { t: "look" }]);
  expect(problems).toEqual([]);
  expect(events).toEqual([ask, { ...report, value: Number.NaN }, { t: "look" }]);
});

it.each([
  [{ ...ask, trial: 2 ** 53 }, '"ask" has 9007199254740992 as its "trial"'],
  // So many trials in between would fill the memory.
  [{ ...ask, trial: 2 ** 40 }, '"ask" has 1099511627776 as its "trial"'],
  [{ ...ask, point: [1] }, '"ask" has [1] as its "point"'],
  [{ ...report, attempt: null }, '"report" has null as its "attempt"'],
  [{ ...report, value: "1" }, '"report" has "1" as its "value"'],
  [{ t: "tell", trial: 0, attempt: 1, state: "done", time: 1 }, '"tell" has "done" as its "state"'],
  [
    { t: "learn", trial: 0, name: "x", parameter: { type: "float", low: 1, high: 0, log: false }, value: 1 },
    '"learn" has {"type":"float","low":1,"high":0,"log":false} as its "parameter"',
  ],
])("passes over %j, and says so", (record, problem) => {
  expect(checkEvents([record])).toEqual({
    events: [],
    problems: [`A record ${problem}; it is passed over.`],
  });
});
