import { describe, expect, it } from "vitest";
import { loadPackage, running } from "./packages.js";

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

describe("running", () => {
  it("gives what is made, and keeps quiet about how", () => {
    const printed: unknown[] = [];
    const { log } = console;
    console.log = (...words) => printed.push(words);
    try {
      const made = running("tuneScore", "abcjs", () => {
        console.log("pitch is undefined");
        return 7;
      });
      console.log("after");
      expect(made).toBe(7);
    } finally {
      console.log = log;
    }
    expect(printed).toEqual([["after"]]);
  });

  it("says who fell over", () => {
    const { log } = console;
    const fall = (): never => {
      throw new TypeError("x of undefined");
    };
    expect(() => running("tuneScore", "abcjs", fall)).toThrow(
      "tuneScore: abcjs could not make anything of the tune: x of undefined.",
    );
    expect(console.log).toBe(log);
  });
});
