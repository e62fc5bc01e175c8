import { describe, expect, it } from "vitest";
import { grouped, printable, shellWord, wrapped } from "./output.js";

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

it("breaks lines at blanks, and words that are longer than a line", () => {
  expect(wrapped("one two three four", 9, "  ")).toBe("one two\n  three\n  four");
  expect(wrapped("  a passage\n  of two lines", 8, "  ")).toBe("  a\n  passag\n  e\n  of two\n  lines");
  expect(wrapped("abcdefgh", 3, "")).toBe("abc\ndef\ngh");
  expect(wrapped("exactly nine", 12, "")).toBe("exactly nine");
  expect(wrapped("one  two", 4, "")).toBe("one \ntwo");
  for (const width of [20, 33, 80]) {
    const text = "each of which predicts its next ".repeat(9);
    const lines = wrapped(text, width, "   ").split("\n");
    expect(lines.every((line) => line.length <= width)).toBe(true);
    expect(lines.map((line) => line.trim()).join(" ")).toBe(text.trim());
  }
  expect(wrapped("as it is", Number.POSITIVE_INFINITY, "")).toBe("as it is");
});

it("groups digits", () => {
  expect(grouped(1234567)).toBe("1,234,567");
});
