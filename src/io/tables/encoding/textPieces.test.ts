import { expect, it } from "vitest";
import { encode, utf16be } from "../testing/encode.js";
import { textPieces } from "./textPieces.js";

const text = 'naïve,"a\r\nb"\r\rx€😀\n\r\n日本語,Ω\r';
const unified = 'naïve,"a\nb"\n\nx€😀\n\n日本語,Ω\n';

it.each([
  ["utf-8", Buffer.from(text), unified],
  ["utf-16le", Buffer.from(text, "utf16le"), unified],
  ["utf-16be", utf16be(text), unified],
  ["windows-1252", encode("naïve\r\nß\rÿ", "windows-1252"), "naïve\nß\nÿ"],
  ["shift_jis", encode("日本\r\n語", "shift_jis"), "日本\n語"],
])("the text of %s is the same in pieces of any size", (label, bytes, expected) => {
  for (let size = 4; size <= bytes.length + 1; size++) {
    expect([...textPieces(bytes, { label, start: 0 }, size)].join(""), `${size}`).toBe(expected);
  }
});

it("bytes that are no UTF-8 come to an end, in pieces of any size", () => {
  const bytes = Buffer.alloc(40, 0x80);
  for (const size of [4, 5, 7]) {
    expect([...textPieces(bytes, { label: "utf-8", start: 0 }, size)].join("")).toBe("\uFFFD".repeat(40));
  }
});
