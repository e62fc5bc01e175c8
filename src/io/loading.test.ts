import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

it("loads sharp and undici when they are used, not with the modules", () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" });
  const eager = files
    .filter((name) => name.endsWith(".ts") && !name.includes("test"))
    .filter((name) => {
      const source = readFileSync(join(import.meta.dirname, name), "utf8");
      return /^import (?!type )[^;]*from "(?:sharp|undici)";/m.test(source);
    });
  expect(eager).toEqual([]);
});
