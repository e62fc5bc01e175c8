import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const file = fileURLToPath(new URL("./colours.ts", import.meta.url));
const program = `import(${JSON.stringify(file)}).then(({ colors }) => process.stdout.write(colors.bold("x")))`;

/** What a process with a pipe for its standard output writes. */
function bold(env: Record<string, string>): string {
  const { PATH = "" } = process.env;
  const args = ["--import", "tsx", "--eval", program];
  // Node warns where both FORCE_COLOR and NO_COLOR are set.
  return execFileSync(process.execPath, ["--no-warnings", ...args], {
    env: { PATH, ...env },
    encoding: "utf8",
  });
}

it("writes plain text into a pipe, in continuous integration too", () => {
  expect(bold({})).toBe("x");
  expect(bold({ CI: "true" })).toBe("x");
});

it("does what FORCE_COLOR and NO_COLOR ask", () => {
  expect(bold({ FORCE_COLOR: "1" })).toBe("\x1b[1mx\x1b[22m");
  expect(bold({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe("x");
});
