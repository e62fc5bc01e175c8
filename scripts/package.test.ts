import { expect, it } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import packageLock from "../package-lock.json" with { type: "json" };

/** What an installed Imago brings, on any platform: of sharp's libraries, each system takes only its own. */
const brought = Object.entries(packageLock.packages)
  .filter(([path, locked]) => path !== "" && !("dev" in locked))
  .map(([path]) => path);

it("runs nothing where it is installed or packed", () => {
  const hooks = ["preinstall", "install", "postinstall", "prepublish", "prepare", "prepack", "postpack"];
  expect(Object.keys(packageJson.scripts).filter((name) => hooks.includes(name))).toEqual([]);
  // npm does not run these here, because .npmrc has ignore-scripts.
  expect(Object.keys(packageJson.scripts).filter((name) => /^(pre|post)/.test(name))).toEqual([]);
});

it("brings no tests and no book, and few packages", () => {
  for (const kept of ["src/**/*.test.ts", "src/**/testing", "examples/**/*.test.ts"]) {
    expect(packageJson.files).toContain(`!${kept}`);
  }
  expect(brought.filter((path) => /@stdlib|mnist/.test(path))).toEqual([]);
  expect(brought.length).toBeLessThanOrEqual(60);
});
