import { expect, it } from "vitest";
import { distillation } from "./distillation.js";

it("prints the paper's tables in shape", { timeout: 300_000 }, async () => {
  const lines: string[] = [];
  const little = { seeds: 2, members: 2, labelled: 600, unlabelled: 600, memberEpochs: 5, studentEpochs: 8 };
  const less = {
    whole: 6000,
    teacherEpochs: 4,
    few: 400,
    fewEpochs: 40,
    missingEpochs: 5,
    heldOut: 500,
    test: 1000,
  };
  const found = await distillation({ ...little, ...less }, (line) => lines.push(line));
  const [one, together, distilled, all, hard, soft, without, chosen] = found as number[];
  expect(found).toHaveLength(8);
  expect(together).toBeLessThan(one as number);
  expect(distilled).toBeLessThan(1.1 * (one as number));
  expect(soft).toBeLessThan(hard as number);
  expect(all).toBeLessThan(soft as number);
  expect(chosen).toBeLessThan(without as number);
  const text = lines.join("\n");
  for (const paper of ["61.1 %, 10.7 %", "65.4 %, 57.0 %", "a bias of + 3.5"]) expect(text).toContain(paper);
});
