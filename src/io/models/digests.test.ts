import { describe, expect, it } from "vitest";
import { statedDigests, statedSize } from "./digests.js";

// Of the empty text.
const hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const base64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const sha512 = `sha-512=:${"A".repeat(86)}==:`;

describe("statedDigests", () => {
  it.each([
    ["x-linked-etag", `"${hex}"`],
    ["x-linked-etag", hex.toUpperCase()],
    ["repr-digest", `sha-256=:${base64}:`],
    ["repr-digest", `${sha512},  sha-256=:${base64}:;note=1`],
    ["content-digest", `sha-256=:${base64}:, ${sha512}`],
    ["digest", `sha-256=${base64}`],
    ["digest", `md5=Q2hlY2sgSW50ZWdyaXR5IQ==,SHA-256=${base64}`],
  ])("reads %s: %s", (name, value) => {
    expect(statedDigests({ [name]: value }, true)).toEqual([hex]);
  });

  it.each([
    ["x-linked-etag", '"a9993e364706816aba3e25717850c26c9cd0d89d"'],
    ["x-linked-etag", `W/"${hex}"`],
    ["x-linked-etag", `"${hex}0"`],
    ["etag", `"${hex}"`],
    ["repr-digest", sha512],
    ["repr-digest", `sha-256=${base64}`],
    ["repr-digest", `sha-256=:${base64}`],
    ["repr-digest", `sha-256=:${base64.slice(4)}:`],
    ["repr-digest", `sha-256=:${hex}:`],
    ["repr-digest", `sha-256=:${base64.replace("+", "*")}:`],
    ["repr-digest", ""],
    ["content-digest", `sha=:${base64}:`],
    ["digest", `sha-256=:${base64}:`],
    ["digest", `sha-512=${base64}`],
    ["digest", base64],
  ])("finds none in %s: %s", (name, value) => {
    expect(statedDigests({ [name]: value }, true)).toEqual([]);
  });

  it("takes of a redirect what is said of the file that it leads to", () => {
    const own = { "repr-digest": `sha-256=:${base64}:`, digest: `sha-256=${base64}` };
    expect(statedDigests(own, false)).toEqual([]);
    expect(statedDigests({ ...own, "x-linked-etag": `"${hex}"` }, false)).toEqual([hex]);
  });

  it("tells the same once, and what differs all", () => {
    const same = { "x-linked-etag": `"${hex}"`, "repr-digest": `sha-256=:${base64}:` };
    expect(statedDigests(same, true)).toEqual([hex]);
    const other = "0".repeat(64);
    expect(statedDigests({ ...same, "x-linked-etag": `"${other}"` }, true)).toEqual([other, hex]);
  });
});

describe("statedSize", () => {
  it.each([
    [{ "x-linked-size": "5", "content-length": "7" }, true, 5],
    [{ "content-length": "7" }, true, 7],
    [{ "content-length": "7" }, false, undefined],
    [{ "x-linked-size": "5" }, false, 5],
    [{ "x-linked-size": "many", "content-length": "7" }, true, 7],
    [{ "x-linked-size": "-5" }, true, undefined],
    [{ "x-linked-size": "0" }, true, undefined],
    [{ "x-linked-size": "9".repeat(20) }, true, undefined],
    [{}, true, undefined],
  ])("of %o, the file itself: %s, is %s", (headers, isFile, size) => {
    expect(statedSize(headers, isFile)).toBe(size);
  });
});
