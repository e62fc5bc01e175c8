import { describe, expect, it } from "vitest";
import { checkModelName, isModelName, nameFromAddress, parseAddress } from "./modelName.js";

describe("nameFromAddress", () => {
  it.each([
    ["https://huggingface.co/ada/nets/resolve/main/onnx/model.onnx", "model"],
    ["https://huggingface.co/ada/nets/resolve/main/net_v1.2.onnx?download=true#top", "net_v1.2"],
    ["https://example.com/NET.ONNX", "NET"],
    ["https://example.com/n%65t.onnx", "net"],
  ])("%s: %s", (address, name) => {
    expect(nameFromAddress(address)).toBe(name);
  });

  it.each([
    ["https://example.com/", "https://example.com/ does not end in the name of an .onnx file."],
    [
      "https://example.com/net.onnx/",
      "does not end in the name of an .onnx file. Give the model a name: --name",
    ],
    ["https://example.com/.onnx", "does not end in the name of an .onnx file."],
    ["https://example.com/net.pt?file=net.onnx", "does not end in the name of an .onnx file."],
    ["https://example.com/..%2Fnet.onnx", 'ends in "../net.onnx", which is no name for a model here.'],
    ["https://example.com/..%5cnet.onnx", 'ends in "..\\\\net.onnx", which is no name for a model here.'],
    ["https://example.com/%ff.onnx", 'ends in "%ff.onnx", which is no name for a model here.'],
    ["https://example.com/n%00.onnx", 'ends in "n\\u0000.onnx", which is no name'],
    ["https://example.com/net.onnx.onnx", 'ends in "net.onnx.onnx", which is no name'],
  ])("refuses %s", (address, message) => {
    expect(() => nameFromAddress(address)).toThrow(message);
  });
});

describe("parseAddress", () => {
  it("refuses what no file can be pulled from", () => {
    expect(() => parseAddress("https://")).toThrow('"https://" is no address.');
    expect(() => parseAddress("ftp://example.com/net.onnx")).toThrow(
      "ftp://example.com/net.onnx is no https address.",
    );
    expect(() => parseAddress("https://ada:secret@example.com/net.onnx")).toThrow(
      "The address at example.com has a user's name or password in it. Files that need a login must be downloaded by hand.",
    );
  });

  it("leaves out what no server is sent", () => {
    expect(parseAddress("https://example.com/net.onnx?a=1#b").href).toBe("https://example.com/net.onnx?a=1");
  });
});

describe("names", () => {
  it.each(["net", "Net-1.0_b", "1", "a".repeat(100)])("may be %s", (name) => {
    expect(isModelName(name)).toBe(true);
  });

  it.each(["", ".", "..", ".net", "-net", "a/b", "a\\b", "a b", "é", "net.onnx", "net.", "a".repeat(101)])(
    "may not be %s",
    (name) => {
      expect(() => checkModelName(name)).toThrow(
        `A model cannot be called ${JSON.stringify(name)}. Names have up to 100 letters, digits, ".", "-" and "_", begin with a letter or digit, and do not end in ".onnx".`,
      );
    },
  );
});
