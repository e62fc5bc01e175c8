import { describe, expect, it } from "vitest";
import { type Report, summarize } from "./test-summary.js";

const report = (counts: Partial<Report>): Report => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...counts,
});

describe("summarize", () => {
  it("counts what passed, and what was skipped if anything was", () => {
    expect(summarize(report({ numPassedTests: 3 }))).toEqual({ line: "3 passed, 0 failed", ok: true });
    expect(summarize(report({ numPassedTests: 3, numPendingTests: 1, numTodoTests: 1 }))).toEqual({
      line: "3 passed, 0 failed, 2 skipped",
      ok: true,
    });
  });

  it("is not well with a failure, or with nothing", () => {
    expect(summarize(report({ numPassedTests: 3, numFailedTests: 1 }))).toEqual({
      line: "3 passed, 1 failed",
      ok: false,
    });
    expect(summarize(report({})).ok).toBe(false);
    expect(summarize(report({ numPendingTests: 2 })).ok).toBe(false);
  });

  it("counts a file that did not load, but not a failed test twice", () => {
    const broken = { status: "failed", assertionResults: [] };
    const failing = { status: "failed", assertionResults: [{ status: "failed" }] };
    expect(
      summarize(report({ numPassedTests: 3, numFailedTests: 1, testResults: [broken, failing] })).line,
    ).toBe("3 passed, 2 failed");
  });
});
