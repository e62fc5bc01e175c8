import { describe, expect, it } from "vitest";
import { nodeFlags } from "./nodeFlags.node.js";

describe("nodeFlags", () => {
  it("keeps what says how modules are read, and nothing else", () => {
    const given = ["--import", "tsx", "--eval", "1", "--inspect=9229", "-r", "./a.cjs", "--loader=./b.js"];
    expect(nodeFlags(given, ["a.js"])).toEqual(["--import", "tsx", "-r", "./a.cjs", "--loader=./b.js"]);
    expect(nodeFlags(["--input-type=module", "--max-old-space-size=512", "-e"], [])).toEqual([
      "--max-old-space-size=512",
    ]);
  });

  it("adds tsx for TypeScript, once", () => {
    expect(nodeFlags([], ["a.js", "b.mjs"])).toEqual([]);
    expect(nodeFlags([], ["a.js", "b.ts"])).toEqual([
      "--import",
      expect.stringMatching(/^file:.*tsx\/dist\/loader\.mjs$/),
    ]);
    for (const flags of [["--import", "tsx"], ["--import=file:///x/tsx/dist/loader.mjs"]]) {
      expect(nodeFlags(flags, ["a.ts"])).toEqual(flags);
    }
  });
});
