import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { typeCheck } from "../scripts/typeCheck.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Every TypeScript block of README and of the pages in docs/, each a program of its own. */
function blocks(): Record<string, string> {
  const pages = ["README.md", ...readdirSync(join(root, "docs")).map((name) => join("docs", name))];
  const found = pages
    .filter((page) => page.endsWith(".md"))
    .flatMap((page) =>
      [...readFileSync(join(root, page), "utf8").matchAll(/```ts\n(.*?)```/gs)].map(
        ([, text], index) => [`${page.replace(/\W/g, "_")}_${index}`, text as string] as const,
      ),
    );
  return Object.fromEntries(found);
}

it("shows sources as they are", () => {
  const page = readFileSync(join(root, "docs/ARCHITECTURE.md"), "utf8");
  const shown = [...page.matchAll(/```ts (\S+)\n(.*?)```/gs)];
  expect(shown.length).toBeGreaterThan(0);
  for (const [, path, text] of shown) {
    expect(readFileSync(join(root, path as string), "utf8")).toContain(text);
  }
});

it("compiles", async () => {
  const programs = blocks();
  expect(Object.keys(programs).length).toBeGreaterThan(8);
  expect(await typeCheck(programs)).toEqual([]);
});
