import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ImagoError } from "../../../engine/errors.js";
import { decodeText } from "./decode.js";

const bytes = (...parts: (string | number)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === "number" ? [part] : [...new TextEncoder().encode(part)])),
  );

describe("decodeText", () => {
  it("reads UTF-8, and drops a byte order mark", () => {
    expect(decodeText(bytes("Grüße, 🐳\n"), "a.txt")).toBe("Grüße, 🐳\n");
    expect(decodeText(bytes(0xef, 0xbb, 0xbf, "x"), "a.txt")).toBe("x");
  });

  it.each([
    ["empty", bytes()],
    ["a byte order mark alone", bytes(0xef, 0xbb, 0xbf)],
    ["blanks alone", bytes(" \n\t ")],
  ])("refuses a file that is %s", (_, data) => {
    expect(() => decodeText(data, "a.txt")).toThrow("a.txt: the file is empty.");
  });

  it("refuses binary files, and names UTF-16", () => {
    expect(() => decodeText(bytes("PNG", 0, "x"), "a.png")).toThrow(
      "a.png: there is a zero byte at offset 3, so this is no text file.",
    );
    expect(() => decodeText(bytes(0xff, 0xfe, "h", 0), "a.txt")).toThrow("iconv -f utf-16le");
    expect(() => decodeText(bytes(0xfe, 0xff, 0, "h"), "a.txt")).toThrow("iconv -f utf-16be");
    expect(() => decodeText(bytes(0xff, 0xfe, 0, 0, "h", 0, 0, 0), "a.txt")).toThrow(
      "a.txt: the file is UTF-32 text. Save it as UTF-8 first, for example with iconv -f utf-32le -t utf-8.",
    );
    expect(() => decodeText(bytes(0, 0, 0xfe, 0xff, 0, 0, 0, "h"), "a.txt")).toThrow("iconv -f utf-32be");
  });

  it("tells Windows' texts from Latin-1", () => {
    expect(() => decodeText(bytes("it", 0x92, "s gr", 0xfc, "n"), "a.txt")).toThrow(
      "iconv -f windows-1252 -t",
    );
    expect(() => decodeText(bytes("gr", 0xfc, "n"), "a.txt")).toThrow("iconv -f latin1 -t");
  });

  it.each([
    ["a lone continuation byte", bytes("ab", 0x80, "c"), 2, "80"],
    ["a byte that never occurs", bytes("ab", 0xff), 2, "ff"],
    ["Latin-1", bytes("Gr", 0xfc, "n"), 2, "fc"],
    ["a sequence that breaks off inside", bytes("é", 0xe2, 0x82, "x"), 2, "e2"],
    ["a character cut off at the end", bytes("né", 0xf0, 0x9f, 0x90), 3, "f0"],
    ["a lead byte at the very end", bytes("a", 0xc3), 1, "c3"],
    ["a surrogate", bytes("a", 0xed, 0xa0, 0x80), 1, "ed"],
    ["the first of two errors", bytes("a", 0xff, "b", 0xfe), 1, "ff"],
    ["an error in the first byte", bytes(0xc0, "b"), 0, "c0"],
    ["an error far behind", bytes("é".repeat(5000), 0xc3, "("), 10000, "c3"],
  ])("names the offset of %s", (_, data, offset, byte) => {
    expect(() => decodeText(data, "a.txt")).toThrow(
      `a.txt: the byte 0x${byte} at offset ${offset} is not valid UTF-8.`,
    );
  });

  it("gives back any text, and an error a user can act on for any other bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        fc.pre(text.trim() !== "" && !text.includes("\0") && !text.startsWith("\uFEFF"));
        expect(decodeText(bytes(text), "a.txt")).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (data) => {
        try {
          decodeText(data, "a.txt");
        } catch (error) {
          expect(error).toBeInstanceOf(ImagoError);
        }
      }),
    );
  });
});
