import { expect, it } from "vitest";
import { textGeneration } from "./text-generation.js";

const rhyme = "one for sorrow, two for mirth, three for a wedding, four for a birth. ";

it("learns a rhyme and says it", async () => {
  const lines: string[] = [];
  const { losses, written } = await textGeneration(rhyme.repeat(30), 30, (line: string) => lines.push(line));
  expect(losses[0]).toBeGreaterThan(2);
  expect(losses.at(-1)).toBeLessThan(0.2);
  expect(written).toBe(`${rhyme}${rhyme}`.slice(20, 80));
  expect(lines).toHaveLength(5);
}, 120_000);
