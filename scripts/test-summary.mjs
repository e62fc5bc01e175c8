// Prints "N passed, N failed[, N skipped]" from Vitest's JSON report, given by its path.
// Exits with 1 when a test or a whole file failed, or when nothing ran.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** Counts of a Vitest JSON report. A file that failed to load has no tests of its own and counts as one failure. */
export function summarize(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + brokenFiles;
  const skipped = report.numPendingTests + report.numTodoTests;
  const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  return { line, ok: failed === 0 && passed > 0 };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  let result = { line: "0 passed, 0 failed", ok: false };
  try {
    result = summarize(JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")));
  } catch (error) {
    // No report means that linting, type checking or Vitest itself stopped first; its own output says why.
    console.error(`No test report to read: ${error.message}`);
  }
  console.log(result.line);
  process.exitCode = result.ok ? 0 : 1;
}
