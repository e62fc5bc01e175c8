import { expect, it } from "vitest";
import { programName } from "./programName.js";

it("names the program as it was started", () => {
  expect(programName({})).toBe("imago");
  expect(programName({ npm_command: "exec" })).toBe("npx imago");
  expect(programName({ npm_command: "start" })).toBe("npx imago");
});
