import { describe, expect, it } from "vitest";
import { grouped, printable, shellWord } from "./output.js";

describe("printable", () => {
  it("keeps text, and nothing that moves a terminal's cursor", () => {
    expect(printable("a\tb\nGrüße 🐳")).toBe("a\tb\nGrüße 🐳");
    expect(printable("\x1b[2J\r\x07\x9b\x00")).toBe("\uFFFD[2J\uFFFD\uFFFD\uFFFD\uFFFD");
  });
});

describe("shellWord", () => {
  it("quotes what a shell would split or read", () => {
    expect(shellWord("a/b-1.txt")).toBe("a/b-1.txt");
    expect(shellWord("my book.txt")).toBe("'my book.txt'");
    expect(shellWord("it's $x")).toBe("'it'\\''s $x'");
    expect(shellWord("")).toBe("''");
  });
});

it("groups digits", () => {
  expect(grouped(1234567)).toBe("1,234,567");
});
