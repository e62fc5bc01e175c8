import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { denseStep } from "./dense-step.js";

it("prints the graph that docs/ARCHITECTURE.md shows", () => {
  const text = readFileSync(new URL("../docs/ARCHITECTURE.md", import.meta.url), "utf8");
  const [, shown] = /```graph\n([\s\S]*?)\n```/.exec(text) ?? [];
  expect(denseStep()).toBe(shown);
});
