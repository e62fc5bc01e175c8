import { describe, expect, it } from "vitest";
import { runTinySession, runtimeInfo } from "./backends.js";

describe("backends", () => {
  it("names the version, and a bundled cpu", async () => {
    const { version, backends } = await runtimeInfo();
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(backends).toContainEqual({ name: "cpu", bundled: true });
  });

  it("runs one node on the cpu", async () => {
    expect(await runTinySession()).toBeGreaterThan(0);
  });

  it("says which backend failed", async () => {
    await expect(runTinySession("abacus")).rejects.toThrow(/does not run on "abacus": /);
  });
});
