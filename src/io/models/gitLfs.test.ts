import { expect, it } from "vitest";
import { lfsFileAddress, lfsPointerAddress, readLfsPointer } from "./gitLfs.js";

const sha256 = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393";
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize 12345\n`;

it("reads a pointer, and nothing else", () => {
  expect(readLfsPointer(pointer)).toEqual({ bytes: 12345, sha256 });
  expect(readLfsPointer(pointer.replace("v1", "v9"))).toBeUndefined();
  expect(readLfsPointer(pointer.replace("sha256", "sha512"))).toBeUndefined();
  expect(readLfsPointer(pointer.replace("size 12345", "size"))).toBeUndefined();
  expect(readLfsPointer(pointer.replace("12345", "9".repeat(30)))).toBeUndefined();
  expect(readLfsPointer("")).toBeUndefined();
});

it("knows where GitHub has pointers and files", () => {
  const file = "https://media.githubusercontent.com/media/ada/nets/main/a%20b/net.onnx";
  const raw = "https://raw.githubusercontent.com/ada/nets/main/a%20b/net.onnx";
  expect(lfsPointerAddress(new URL(`${file}?token=1`))).toBe(raw);
  expect(lfsFileAddress(new URL(raw))).toBe(file);
  expect(lfsPointerAddress(new URL(raw))).toBeUndefined();
  expect(lfsFileAddress(new URL(file))).toBeUndefined();
  expect(lfsPointerAddress(new URL(file.replace(".com", ".com.example.org")))).toBeUndefined();
});
