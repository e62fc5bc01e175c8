import { expect, it } from "vitest";
import { DigestList, writeDigestList } from "./digestList.js";

const one = "00112233445566778899aabb";
const other = "ff112233445566778899aabb";

it("knows what it was written of, each once and in order", () => {
  const bytes = writeDigestList([other, one, other]);
  expect(new TextDecoder().decode(bytes)).toBe("0011223344556677\nff11223344556677\n");
  const list = new DigestList("learnt.txt", bytes);
  expect(list.size).toBe(2);
  expect(list.has(one)).toBe(true);
  expect(list.has("aa112233445566778899aabb")).toBe(false);
  expect(new DigestList("learnt.txt", writeDigestList([])).size).toBe(0);
});

it.each(["0011\n", "x011223344556677\n", "0011223344556677 0011223344556677\n"])("refuses %j", (text) => {
  expect(() => new DigestList("learnt.txt", new TextEncoder().encode(text))).toThrow(
    "learnt.txt: it is not as Imago wrote it.",
  );
});
