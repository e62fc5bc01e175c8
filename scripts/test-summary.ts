/**
 * Prints "N passed, N failed[, N skipped]" from Vitest's JSON report, given by its path. Exits with 1 when a test
 * or a whole file failed, or when nothing ran.
 */

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** What this reads of Vitest's JSON report. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** The line, and whether all is well. A file that did not load has no tests of its own and counts as a failure. */
export function summarize(report: Report): { readonly line: string; readonly ok: boolean } {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  ).length;
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + brokenFiles;
  const skipped = report.numPendingTests + report.numTodoTests;
  const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  return { line, ok: failed === 0 && passed > 0 };
}

function main(path: string): void {
  let result = { line: "0 passed, 0 failed", ok: false };
  try {
    result = summarize(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    // Linting, type checking or Vitest itself stopped first, and said why.
    console.error(`No test report to read: ${error instanceof Error ? error.message : String(error)}`);
  }
  console.log(result.line);
  process.exitCode = result.ok ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main(process.argv[2] ?? "");
