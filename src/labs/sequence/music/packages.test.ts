import { describe, expect, it } from "vitest";
import { loadPackage } from "./packages.js";

describe("loadPackage", () => {
  it("gives what a package exports, of its default export where there is one", async () => {
    const inner = { renderAbc: 1 };
    await expect(loadPackage("tuneMidi", "MIDI", "abcjs", async () => ({ default: inner }))).resolves.toBe(
      inner,
    );
    const whole = { parseHTML: 1, default: undefined };
    await expect(loadPackage("tuneScore", "a score", "linkedom", async () => whole)).resolves.toBe(whole);
  });

  it("names a package that is missing, and how to install it", async () => {
    const missing = loadPackage("tuneMidi", "MIDI", "@tonejs/midi", () => Promise.reject(new Error("no")));
    await expect(missing).rejects.toThrow(
      "tuneMidi: MIDI needs the package @tonejs/midi, which is not there. Install it: npm install @tonejs/midi@2.0.28",
    );
  });
});
