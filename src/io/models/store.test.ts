import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { commands } from "../../app/cli/commands.js";
import { runCli, type Said } from "../../app/cli/testing/runCli.js";
import { preprocessing } from "../../vision/preprocessing.js";
import { cacheFolder } from "./cacheFolder.js";
import { type CatalogueModel, catalogue, modelNamed } from "./catalogue.js";
import { packedModels } from "./packed.js";
import { ModelStore } from "./store.js";

const bytes = Buffer.from("a small model");
let folder: string;
let server: Server;
let asked = 0;
let models: CatalogueModel[];

beforeAll(async () => {
  server = createServer((_, response) => {
    asked++;
    response.end(bytes);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  models = [
    {
      name: "small-1",
      description: "of a test",
      licence: "MIT",
      address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/small.onnx`,
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      preprocessing: { preset: "raw" },
    },
  ];
});
afterAll(() => {
  server.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  asked = 0;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe("the catalogue", () => {
  it.each(catalogue.map((model) => [model.name, model] as const))(
    "states what a download needs: %s",
    (_, model) => {
      expect(model.name).toMatch(/^[a-z0-9][a-z0-9.-]*$/);
      expect(new URL(model.address).protocol).toBe("https:");
      expect(model.address).toMatch(/\.onnx$/);
      expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(model.bytes).toBeGreaterThan(1e6);
      expect(() => preprocessing(model.preprocessing)).not.toThrow();
    },
  );

  it("has no name and no file twice", () => {
    for (const key of ["name", "address", "sha256"] as const) {
      expect(new Set(catalogue.map((model) => model[key])).size).toBe(catalogue.length);
    }
  });

  it("names the nearest", () => {
    expect(modelNamed("vgg-19").bytes).toBe(574_677_321);
    expect(() => modelNamed("VGG19")).toThrow(
      'There is no model "VGG19" in the catalogue. Did you mean "vgg-19"? There are: squeezenet-1.0, ',
    );
  });
});

describe("cacheFolder", () => {
  it.each([
    [{}, "linux", "/home/ada/.cache/imago/models"],
    [{ XDG_CACHE_HOME: "/tmp/cache" }, "linux", "/tmp/cache/imago/models"],
    [{ XDG_CACHE_HOME: "relative" }, "linux", "/home/ada/.cache/imago/models"],
    [{ XDG_CACHE_HOME: "" }, "darwin", "/home/ada/Library/Caches/imago/models"],
    [{ LOCALAPPDATA: "/data/local" }, "win32", "/data/local/imago/models"],
    [{}, "win32", "/home/ada/AppData/Local/imago/models"],
    [{ IMAGO_CACHE: "some/models" }, "linux", resolve("some/models")],
    [{ IMAGO_CACHE: "", XDG_CACHE_HOME: "relative" }, "linux", "/home/ada/.cache/imago/models"],
    [{ IMAGO_CACHE: "/models", XDG_CACHE_HOME: "/tmp/cache" }, "linux", "/models"],
  ])("%o on %s: %s", (environment, platform, expected) => {
    expect(cacheFolder({ environment, platform, home: "/home/ada" })).toBe(expected);
  });
});

describe("ModelStore", () => {
  it("pulls once, finds it again, and removes it", async () => {
    const store = new ModelStore({ folder: join(folder, "deep", "models"), models });
    expect(await store.list()).toMatchObject([{ present: false }]);
    await expect(store.path("small-1")).rejects.toThrow(
      'The model "small-1" is not here. Download it (0.0 MB): imago models pull small-1',
    );
    const { path } = await store.pull("small-1", { environment: {} });
    expect(path).toBe(join(folder, "deep", "models", "small-1.onnx"));
    expect((await readFile(path)).equals(bytes)).toBe(true);
    await store.pull("small-1", { environment: {} });
    expect(asked).toBe(1);
    expect(await store.list()).toMatchObject([{ present: true }]);
    expect((await store.path("small-1")).path).toBe(path);
    await writeFile(`${path}.partial`, "x");
    expect(await store.remove("small-1")).toBe(true);
    expect(await readdir(store.folder)).toEqual([]);
    expect(await store.remove("small-1")).toBe(false);
  });

  it("replaces a damaged file", async () => {
    const store = new ModelStore({ folder, models });
    await writeFile(join(folder, "small-1.onnx"), "a smell model");
    await store.pull("small-1", { environment: {} });
    expect((await readFile(join(folder, "small-1.onnx"))).equals(bytes)).toBe(true);
  });

  it("asks no server when offline", async () => {
    const store = new ModelStore({ folder, models });
    await expect(store.pull("small-1", { offline: true })).rejects.toThrow(
      'The model "small-1" is not here, and no server is asked when offline. Pull it when there is a connection, or copy http://127.0.0.1',
    );
    vi.stubEnv("IMAGO_OFFLINE", "1");
    await expect(store.pull("small-1")).rejects.toThrow("no server is asked");
    await writeFile(join(folder, "small-1.onnx"), bytes);
    expect((await store.pull("small-1")).present).toBe(true);
    expect(asked).toBe(0);
  });
});

describe("imago models", () => {
  const imago = (...args: string[]): Promise<Said> => runCli(args, commands);

  beforeEach(() => {
    vi.stubEnv("IMAGO_CACHE", folder);
  });

  it("lists every model, with its size and licence", async () => {
    const { code, out } = await imago("models", "list");
    expect(code).toBe(0);
    expect(out.split("\n")).toHaveLength(packedModels.length + catalogue.length + 1);
    expect(out).toMatch(/✓ imago-tiny +\d\.\d MB /);
    expect(out).toMatch(/squeezenet-1\.1 +5\.0 MB {2}Apache-2\.0 +SqueezeNet 1\.1/);
  });

  it("says what is not here, and how to get it", async () => {
    expect(await imago("models", "path", "squeezenet-1.1")).toEqual({
      code: 1,
      out: "",
      err: 'imago: The model "squeezenet-1.1" is not here. Download it (5.0 MB): imago models pull squeezenet-1.1\n',
    });
    const offline = await imago("models", "pull", "vgg-19", "--offline");
    expect(offline.code).toBe(1);
    expect(offline.err).toContain("no server is asked when offline");
    expect((await imago("models", "pull", "vg-19", "--offline")).err).toContain('Did you mean "vgg-19"?');
    expect(await imago("models", "remove", "vgg-19")).toEqual({
      code: 0,
      out: "vgg-19 was not here.\n",
      err: "",
    });
    await writeFile(join(folder, "vgg-19.onnx.partial"), "x");
    expect((await imago("models", "remove", "vgg-19")).out).toBe("Removed vgg-19.\n");
    expect((await imago("models", "pull")).code).toBe(2);
  });

  it("pulls by address, and knows the model by its name from then on", async () => {
    const hash = createHash("sha256").update(bytes).digest("hex");
    const address = models[0]?.address as string;
    const path = join(folder, "tiny.onnx");
    const pull = ["models", "pull", address, "--name", "tiny"];
    for (const name of ["HTTP_PROXY", "http_proxy"]) vi.stubEnv(name, "");
    const unchecked = await imago(...pull);
    expect(unchecked.code).toBe(1);
    expect(unchecked.err).toBe(
      `imago: Cannot download ${address}: the server states no SHA-256 of it, so what arrives could not be checked. If you know it, give it with --sha256; else download the file by hand, and name its path.\n`,
    );
    expect(await imago(...pull, "--sha256", hash)).toEqual({ code: 0, out: `${path}\n`, err: "" });
    expect(await imago(...pull, "--offline")).toEqual({ code: 0, out: `${path}\n`, err: "" });
    expect(await imago("models", "path", "tiny")).toEqual({ code: 0, out: `${path}\n`, err: "" });
    const { out } = await imago("models", "list");
    expect(out).toMatch(
      /\n\nPulled by address:\n\S+ tiny +0\.0 MB {2}http:\/\/127\.0\.0\.1:\d+\/small\.onnx\n$/,
    );
    expect((await imago("onnx", "info", "tiny")).err).toContain(path);
    expect(await imago("models", "remove", "tiny")).toEqual({ code: 0, out: "Removed tiny.\n", err: "" });
    expect((await imago("models", "list")).out).not.toContain("Pulled");
  });

  it("says which flags do not go with what is pulled", async () => {
    const hash = "0".repeat(64);
    expect(await imago("models", "pull", "vgg-19", "--name", "mine", "--offline")).toEqual({
      code: 2,
      out: "",
      err: 'imago: --name is for addresses, which begin with https://; received "vgg-19".\n',
    });
    expect((await imago("models", "pull", "example.com/a.onnx", "--sha256", hash)).err).toContain(
      '--sha256 is for addresses, which begin with https://; received "example.com/a.onnx".',
    );
    const short = await imago("models", "pull", "https://example.com/a.onnx", "--sha256", "abc");
    expect(short.code).toBe(2);
    expect(short.err).toContain('--sha256 must be 64 hexadecimal digits, received "abc".');
    expect((await imago("models", "pull", "https://example.com/a.pt", "--offline")).err).toContain(
      "https://example.com/a.pt does not end in the name of an .onnx file. Give the model a name: --name NAME",
    );
    expect((await imago("models", "pull", "https://example.com/a.onnx", "--offline")).err).toContain(
      'The model "a" is not here, and no server is asked when offline.',
    );
    expect((await imago("models", "pull", "http://example.com/a.onnx")).err).toContain("is no https address");
  });
});
