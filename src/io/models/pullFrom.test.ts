import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CatalogueModel } from "./catalogue.js";
import { ModelStore, type PullFromOptions, type StoredModel } from "./store.js";
import { LocalServers, send, servedFile } from "./testing/localServer.js";

const { bytes, sha256 } = servedFile(Buffer.from("a network ".repeat(5000)));
const changed = servedFile(Buffer.from("another net".repeat(5000)));
const linked = { "x-linked-size": String(bytes.length), "x-linked-etag": `"${sha256}"` };
const listed: CatalogueModel = {
  name: "small-1",
  description: "of a test",
  licence: "MIT",
  address: "https://example.com/small.onnx",
  bytes: 3,
  sha256: "0".repeat(64),
  preprocessing: { preset: "raw" },
};

let folder: string;
let store: ModelStore;
let asked: string[];
const servers = new LocalServers();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  store = new ModelStore({ folder, models: [listed] });
  asked = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  servers.close();
  await rm(folder, { recursive: true, force: true });
});

async function serve(listener: RequestListener): Promise<string> {
  const origin = await servers.start((request, response) => {
    asked.push(request.headers.range ?? "");
    listener(request, response);
  });
  return `${origin}/resolve/main/net.onnx`;
}

const good: RequestListener = (request, response) => send(request, response, bytes, linked);

async function pull(address: string, options: PullFromOptions = {}): Promise<StoredModel> {
  return await store.pullFrom(address, {
    environment: {},
    timeouts: { connect: 1000, silence: 300 },
    pause: 1,
    tries: 2,
    ...options,
  });
}

describe("ModelStore.pullFrom", () => {
  it("downloads, keeps where it came from, and finds it again by its name", async () => {
    const address = await serve(good);
    const before = Date.now();
    const told: number[] = [];
    const { model, path, present } = await pull(address, { onProgress: (at, of) => told.push(at / of) });
    expect(path).toBe(join(folder, "net.onnx"));
    expect(present).toBe(true);
    expect(told.at(-1)).toBe(1);
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(["net.onnx", "net.onnx.json"]);
    const record = JSON.parse(await readFile(`${path}.json`, "utf8")) as Record<string, unknown>;
    expect(record).toEqual({ address, bytes: bytes.length, sha256, pulled: expect.any(String) });
    const when = Date.parse(String(record.pulled));
    expect(when).toBeGreaterThanOrEqual(before - 1);
    expect(when).toBeLessThanOrEqual(Date.now());

    const again = new ModelStore({ folder, models: [listed] });
    expect(await again.list()).toEqual([
      expect.objectContaining({ model: listed, present: false }),
      { model: { name: "net", ...record }, path, present: true },
    ]);
    expect((await again.path("net")).model).toEqual(model);
    expect(await again.remove("net")).toBe(true);
    expect(await readdir(folder)).toEqual([]);
    await expect(again.path("net")).rejects.toThrow('There is no model "net" in the catalogue.');
  });

  it("asks no server for what is here and whole, and mends what is damaged", async () => {
    const address = await serve(good);
    const { path } = await pull(address);
    expect(asked).toHaveLength(2);
    await pull(`${address}#fragment`);
    await store.pull("net", { environment: {}, offline: true });
    expect(asked).toHaveLength(2);
    const damaged = Buffer.from(bytes);
    damaged[7] = 0;
    await writeFile(path, damaged);
    await store.pull("net", { environment: {} });
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(asked).toHaveLength(3);
    await writeFile(path, "short");
    expect((await store.list())[1]?.present).toBe(false);
    await expect(store.path("net")).rejects.toThrow(
      'The model "net" is not here. Download it (0.1 MB): imago models pull net',
    );
    await pull(address);
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it("asks no server when offline", async () => {
    const address = await serve(good);
    await expect(pull(address, { offline: true })).rejects.toThrow(
      'The model "net" is not here, and no server is asked when offline. Pull it when there is a connection, or download the file by hand, and name its path',
    );
    vi.stubEnv("IMAGO_OFFLINE", "1");
    await expect(pull(address)).rejects.toThrow("no server is asked");
    expect(asked).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    const { path } = await pull(address, { offline: false });
    asked = [];
    expect((await pull(address)).path).toBe(path);
    await writeFile(path, changed.bytes.subarray(0, bytes.length));
    await expect(pull(address)).rejects.toThrow('The model "net" is damaged, and no server');
    await expect(store.pull("net")).rejects.toThrow(`or copy ${address} to ${path}`);
    expect(asked).toEqual([]);
  });

  it("goes on where the server broke off, in the same call and in the next", async () => {
    let breaks = 1;
    const address = await serve((request, response) => {
      const from = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
      // The first request of a call only asks what the file is.
      if (asked.length % 2 === 1 && from === 0) return good(request, response);
      if (breaks-- <= 0) return good(request, response);
      const range = { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
      response.writeHead(from > 0 ? 206 : 200, { "content-length": bytes.length - from, ...range });
      const piece = bytes.subarray(from, from + 20_000);
      response.write(piece, () => setTimeout(() => response.destroy(), 50));
    });
    const { path } = await pull(address);
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(asked).toEqual(["", "", "bytes=20000-"]);
    await store.remove("net");
    asked = [];
    breaks = 1;
    await expect(pull(address, { tries: 1 })).rejects.toThrow("Try again: it goes on where it stopped.");
    expect(await readdir(folder)).toEqual(["net.onnx.partial"]);
    await pull(address);
    expect(asked).toEqual(["", "", "", "bytes=20000-"]);
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it("removes what there is of an unfinished download", async () => {
    await writeFile(join(folder, "net.onnx.partial"), "x");
    expect(await store.remove("net")).toBe(true);
    expect(await readdir(folder)).toEqual([]);
    await expect(store.remove("net")).rejects.toThrow('There is no model "net"');
  });

  it("keeps nothing of a file that is not what was stated", async () => {
    const wrong = Buffer.from(bytes);
    wrong[7] = 0;
    const address = await serve((request, response) => send(request, response, wrong, linked));
    await expect(pull(address)).rejects.toThrow(
      /what arrived is not the file: its SHA-256 is .* not kept\.$/,
    );
    const longer = await serve((request, response) =>
      send(request, response, bytes, { ...linked, "x-linked-size": String(bytes.length - 1) }),
    );
    await expect(pull(longer)).rejects.toThrow("the server offers 50000 bytes, the file has 49999.");
    const silent = await serve((request, response) => send(request, response, bytes));
    await expect(pull(silent)).rejects.toThrow("states no SHA-256");
    expect(await readdir(folder)).toEqual([]);
  });

  it("checks by the digest that is given", async () => {
    const address = await serve((request, response) => send(request, response, bytes));
    await expect(pull(address, { sha256: "abc" })).rejects.toThrow(
      'pullFrom: sha256 must be 64 hexadecimal digits, received "abc".',
    );
    await expect(pull(address, { sha256: changed.sha256 })).rejects.toThrow("what arrived is not the file");
    expect(await readdir(folder)).toEqual([]);
    const { model } = await pull(address, { sha256: sha256.toUpperCase() });
    expect(model.sha256).toBe(sha256);
    const stating = await serve(good);
    await expect(pull(stating, { name: "b", sha256: changed.sha256 })).rejects.toThrow(
      `the server states that its SHA-256 is ${sha256}, not ${changed.sha256} as was asked for.`,
    );
  });

  it("replaces a model whose address has another file now, when that one's digest is given", async () => {
    let served = { bytes, sha256 };
    const address = await serve((request, response) => send(request, response, served.bytes));
    const { path } = await pull(address, { sha256 });
    served = changed;
    await expect(pull(address, { sha256: changed.sha256, offline: true })).rejects.toThrow(
      'The model "net" is not here',
    );
    await pull(address, { sha256: changed.sha256 });
    expect((await readFile(path)).equals(changed.bytes)).toBe(true);
    expect((await store.path("net")).model.sha256).toBe(changed.sha256);
  });

  it("refuses names that are taken, and those that are none", async () => {
    const address = await serve(good);
    await expect(pull(address, { name: "Small-1" })).rejects.toThrow(
      'The catalogue has a model "small-1". Give this one another name: --name NAME',
    );
    await expect(pull(address, { name: "../net" })).rejects.toThrow(
      'A model cannot be called "../net". Names',
    );
    await expect(pull(address.replace("net.onnx", "%2e%2e%2fnet.onnx"))).rejects.toThrow("is no name for a");
    expect(asked).toEqual([]);
    await pull(address);
    const elsewhere = address.replace("main", "v2");
    await expect(pull(elsewhere)).rejects.toThrow(
      `There is a model "net" already, from ${address}. Give this one another name with --name, or remove that one: imago models remove net`,
    );
    await expect(pull(elsewhere, { name: "NET" })).rejects.toThrow('There is a model "net" already');
    expect((await pull(elsewhere, { name: "net-2" })).path).toBe(join(folder, "net-2.onnx"));
    await expect(store.path("nett")).rejects.toThrow('Did you mean "net"? There are: small-1, net, net-2.');
  });

  it("leaves files alone that it does not know", async () => {
    const address = await serve(good);
    const path = join(folder, "net.onnx");
    await writeFile(path, "mine");
    await expect(pull(address)).rejects.toThrow(
      `There is another file ${path}, which nothing is known of. Give the model another name with --name, or delete that file.`,
    );
    expect(await readFile(path, "utf8")).toBe("mine");
    await expect(store.remove("net")).rejects.toThrow('There is no model "net"');
    // As after a crash between the file and its record.
    await writeFile(path, bytes);
    asked = [];
    await pull(address);
    expect(asked).toHaveLength(1);
    expect((await store.path("net")).present).toBe(true);
  });

  it.each([
    "",
    "{",
    "[]",
    "null",
    '{"name":"net","version":"1.0.0"}',
    JSON.stringify({ address: "net.onnx", bytes: 3, sha256, pulled: "" }),
    JSON.stringify({ address: "https://example.com/", bytes: -3, sha256, pulled: "" }),
    JSON.stringify({ address: "https://example.com/", bytes: 3, sha256: "abc", pulled: "" }),
  ])("says which record is damaged, and goes on without it: %s", async (text) => {
    const address = await serve(good);
    const { path } = await pull(address);
    await writeFile(`${path}.json`, text);
    expect(await store.list()).toHaveLength(1);
    const message = `${path}.json does not say where the model came from: it is damaged, or of another program. Pull the model again by its address, or remove it: imago models remove net`;
    await expect(store.path("net")).rejects.toThrow(message);
    await expect(store.pull("net")).rejects.toThrow(message);
    asked = [];
    await pull(address);
    expect(asked).toHaveLength(1);
    expect((await store.path("net")).present).toBe(true);
    await writeFile(`${path}.json`, text);
    expect(await store.remove("net")).toBe(true);
    expect(await readdir(folder)).toEqual([]);
  });

  it("passes over what is no record of a model here", async () => {
    await writeFile(join(folder, "-x.onnx.json"), "{}");
    await writeFile(join(folder, "other.json"), "{}");
    await mkdir(join(folder, "net.onnx.json"));
    expect(await store.list()).toHaveLength(1);
    const nowhere = new ModelStore({ folder: join(folder, "other.json"), models: [listed] });
    expect(await nowhere.list()).toHaveLength(1);
  });

  it("says when the folder cannot be written", async () => {
    const address = await serve(good);
    await writeFile(join(folder, "file"), "");
    store = new ModelStore({ folder: join(folder, "file", "models"), models: [] });
    await expect(pull(address)).rejects.toThrow(/Cannot write .*models: .*file.* is not a folder/);
    expect(asked).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "says when the folder is not permitted",
    async () => {
      const address = await serve(good);
      await chmod(folder, 0o500);
      await expect(pull(address)).rejects.toThrow(/net\.onnx\.partial: permission denied/);
      await chmod(folder, 0o000);
      await expect(pull(address)).rejects.toThrow(`Cannot read ${folder}: permission denied.`);
      await expect(store.list()).rejects.toThrow(`Cannot read ${folder}: permission denied.`);
      await chmod(folder, 0o700);
    },
  );

  it("can be stopped, and keeps what is there", async () => {
    const controller = new AbortController();
    const address = await serve((request, response) => {
      if (asked.length === 1) return good(request, response);
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 20_000));
    });
    const stopped = pull(address, {
      signal: controller.signal,
      timeouts: { connect: 1000, silence: 60_000 },
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect(await readdir(folder)).toEqual(["net.onnx.partial"]);
  });

  it("goes through the proxy of the environment", async () => {
    let through = 0;
    const address = await serve(good);
    const proxy = await servers.startProxy(() => {
      through++;
    });
    await pull(address, { environment: { HTTP_PROXY: proxy } });
    expect(through).toBe(2);
  });
});

describe("models of the catalogue without a pinned digest", () => {
  it("are checked by what the hub states, and remembered", async () => {
    const address = await serve(good);
    const { sha256: _, ...unpinned } = { ...listed, address, bytes: bytes.length };
    store = new ModelStore({ folder, models: [unpinned] });
    expect(await store.list()).toMatchObject([{ present: false }]);
    const quick = { environment: {}, pause: 1 };
    const { path, model } = await store.pull("small-1", quick);
    expect(model).toBe(unpinned);
    expect(existsSync(`${path}.json`)).toBe(true);
    expect(await store.list()).toMatchObject([{ present: true }]);
    await store.pull("small-1", { ...quick, offline: true });
    expect(asked).toHaveLength(2);
    const damaged = Buffer.from(bytes);
    damaged[7] = 0;
    await writeFile(path, damaged);
    await store.pull("small-1", quick);
    expect((await readFile(path)).equals(bytes)).toBe(true);
    await rm(`${path}.json`);
    expect(await store.list()).toMatchObject([{ present: false }]);
    await writeFile(path, "something");
    await store.pull("small-1", quick);
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(await store.remove("small-1")).toBe(true);
    expect(await readdir(folder)).toEqual([]);
  });
});
