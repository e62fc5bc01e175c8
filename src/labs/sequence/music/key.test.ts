import { describe, expect, it } from "vitest";
import { keyProblem, signatureOf } from "./key.js";

describe("signatureOf", () => {
  it("counts sharps, and flats below 0", () => {
    expect(signatureOf("G", "", "")).toBe(1);
    expect(signatureOf("B", "b", "")).toBe(-2);
    expect(signatureOf("A", "", "m")).toBe(0);
    expect(signatureOf("E", "", "dor")).toBe(2);
    expect(signatureOf("D", "", "mix")).toBe(1);
    expect(signatureOf("C", "#", "maj")).toBe(7);
    expect(signatureOf("G", "#", "")).toBeUndefined();
    expect(signatureOf("F", "b", "")).toBeUndefined();
    expect(signatureOf("H", "", "")).toBeUndefined();
  });
});

describe("keyProblem", () => {
  it.each([
    "G",
    "Am",
    "Bb",
    "F#m",
    "Edor",
    "E Dorian",
    "AMix",
    "D major",
    "D clef=bass",
    "D treble",
    "Dmin ^f _b",
    "D exp ^f^c",
    "D ^c",
    "HP",
    "Hp",
    "none",
    "none clef=perc",
    "clef=alto",
    "",
    "C#",
    "Abm",
  ])("takes %j", (text) => {
    expect(keyProblem(text)).toBeUndefined();
  });

  it.each([
    ["H", "it begins with no tonic A to G"],
    ["g", "it begins with no tonic A to G"],
    ["Q minor", "it begins with no tonic A to G"],
    ["Gx", '"x" is no mode, accidental or clef'],
    ["D^", '"^" is no mode, accidental or clef'],
    ["Gm7", '"7" is no mode, accidental or clef'],
    ["G dance", '"dance" is no mode, accidental or clef'],
    ["G#", "it would need more than seven sharps or flats"],
    ["Fbmix", "it would need more than seven sharps or flats"],
  ])("refuses %j", (text, problem) => {
    expect(keyProblem(text)).toBe(problem);
  });
});
