import { afterEach, describe, expect, it } from "vitest";
import { type StatedFileOptions, statedFile } from "./statedFile.js";
import { LocalServers, send, servedFile } from "./testing/localServer.js";

const { bytes, sha256, base64 } = servedFile(Buffer.from("a network ".repeat(300)));
const other = "0123456789abcdef".repeat(4);
const linked = { "x-linked-size": String(bytes.length), "x-linked-etag": `"${sha256}"` };

const servers = new LocalServers();
afterEach(() => servers.close());

const quick: StatedFileOptions = {
  environment: {},
  timeouts: { connect: 1000, silence: 300 },
  pause: 1,
};

/** What a server that sends the file with these headers states. */
async function ask(headers: Readonly<Record<string, string | string[]>>, options: StatedFileOptions = {}) {
  const origin = await servers.start((request, response) => send(request, response, bytes, headers));
  return await statedFile(`${origin}/net.onnx`, { ...quick, ...options });
}

const unstated =
  "the server states no SHA-256 of it, so what arrives could not be checked. If you know it, give it with --sha256; else download the file by hand, and name its path.";

describe("statedFile", () => {
  it.each([
    linked,
    { "repr-digest": `sha-256=:${base64}:` },
    { "content-digest": `sha-256=:${base64}:` },
    { digest: `SHA-256=${base64}` },
    { digest: ["md5=Q2hlY2sgSW50ZWdyaXR5IQ==", `sha-256=${base64}`] },
    { ...linked, "repr-digest": `sha-256=:${base64}:` },
  ] as Record<string, string | string[]>[])("takes %o", async (headers) => {
    expect(await ask(headers)).toMatchObject({ bytes: bytes.length, sha256 });
  });

  it.each([
    {},
    { etag: `"${sha256}"` },
    { "x-linked-size": String(bytes.length), "x-linked-etag": '"a9993e364706816aba3e25717850c26c9cd0d89d"' },
    { "repr-digest": `sha-512=:${"A".repeat(86)}==:` },
    { "repr-digest": `sha-256=:${base64.slice(8)}:` },
    { digest: `sha-256=${sha256}` },
  ] as Record<string, string>[])("refuses a file that could not be checked: %o", async (headers) => {
    await expect(ask(headers)).rejects.toThrow(unstated);
  });

  it("asks no more of Hugging Face than its redirect", async () => {
    let asked = 0;
    const store = await servers.start((_, response) => {
      asked++;
      response.end("the store");
    });
    const hub = await servers.start((request, response) => {
      if (request.url === "/old/net.onnx") response.writeHead(307, { location: "/new/net.onnx" }).end();
      else response.writeHead(302, { ...linked, location: `${store}/blob` }).end("Found");
    });
    const address = `${hub}/old/net.onnx`;
    expect(await statedFile(address, quick)).toEqual({ address, bytes: bytes.length, sha256 });
    expect(asked).toBe(0);
  });

  it("goes on where a redirect states one of both, or neither", async () => {
    const states = { "repr-digest": `sha-256=:${base64}:` };
    const store = await servers.start((request, response) =>
      send(request, response, bytes, request.url === "/states" ? states : {}),
    );
    const hub = await servers.start((request, response) => {
      const known = request.url === "/known" ? { "x-linked-etag": linked["x-linked-etag"] } : {};
      // Of the redirect's own words.
      const own = { "repr-digest": "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:" };
      const location = `${store}${request.url === "/states" ? "/states" : "/silent"}`;
      response.writeHead(302, { ...known, ...own, location }).end();
    });
    const expected = { bytes: bytes.length, sha256 };
    expect(await statedFile(`${hub}/known`, quick)).toMatchObject(expected);
    expect(await statedFile(`${hub}/states`, quick)).toMatchObject(expected);
    await expect(statedFile(`${hub}/lost`, quick)).rejects.toThrow(unstated);
  });

  it("asks for the digest, and does not download the file", async () => {
    const piece = Buffer.alloc(2 ** 16);
    let [pieces, isClosed] = [0, false];
    const origin = await servers.start((request, response) => {
      expect(request.headers["want-repr-digest"]).toBe("sha-256=10");
      response.writeHead(200, { "content-length": 10_000 * piece.length, digest: `sha-256=${base64}` });
      response.on("close", () => {
        isClosed = true;
      });
      const more = (): void => {
        if (!isClosed && pieces++ < 10_000) response.write(piece, more);
      };
      more();
    });
    expect(await statedFile(`${origin}/net.onnx`, quick)).toMatchObject({ bytes: 655_360_000, sha256 });
    await expect.poll(() => isClosed).toBe(true);
    expect(pieces).toBeLessThan(1000);
  });

  it("takes the digest that is asked for where nothing is stated, and refuses another than is stated", async () => {
    expect(await ask({}, { sha256: other })).toMatchObject({ bytes: bytes.length, sha256: other });
    expect(await ask(linked, { sha256 })).toMatchObject({ sha256 });
    await expect(ask(linked, { sha256: other })).rejects.toThrow(
      `the server states that its SHA-256 is ${sha256}, not ${other} as was asked for.`,
    );
  });

  it("refuses two statements that contradict each other", async () => {
    await expect(ask({ ...linked, "x-linked-etag": other, digest: `sha-256=${base64}` })).rejects.toThrow(
      `the server states two different SHA-256 of it, ${other} and ${sha256}.`,
    );
  });

  it("needs a size", async () => {
    const origin = await servers.start((_, response) => {
      response.writeHead(200, { "repr-digest": `sha-256=:${base64}:` });
      // Chunked.
      response.write("a");
      response.end("b");
    });
    await expect(statedFile(`${origin}/net.onnx`, quick)).rejects.toThrow(
      "the server does not say how large it is. Download it by hand, and name its path.",
    );
    await expect(
      statedFile(
        `${await servers.start((_, response) => response.writeHead(200, { "content-length": 0 }).end())}/x`,
        quick,
      ),
    ).rejects.toThrow("the file is empty.");
  });

  it("says where there is something else than a file", async () => {
    await expect(ask({ "content-type": "text/html; charset=utf-8" })).rejects.toThrow(
      "there is a page, not a file. Take the address of the download: where that of the page has /blob/, Hugging Face has /resolve/ and GitHub has /raw/.",
    );
    await expect(ask({ "content-encoding": "gzip", ...linked })).rejects.toThrow(
      "the server sends it compressed (gzip). Download it by hand.",
    );
    const statuses = await servers.start((request, response) =>
      response.writeHead(Number(request.url?.slice(1))).end("no"),
    );
    await expect(statedFile(`${statuses}/404`, quick)).rejects.toThrow(
      "the server answers 404. Check the address.",
    );
    await expect(statedFile(`${statuses}/401`, quick)).rejects.toThrow(
      "the server answers 401. Files that need a login must be downloaded by hand; hubs also answer so where there is nothing.",
    );
  });

  it("tries again after what passes", async () => {
    let count = 0;
    const origin = await servers.start((request, response) => {
      count++;
      if (count === 1) response.writeHead(503).end();
      else if (count === 2) response.destroy();
      else if (count > 3) send(request, response, bytes, linked);
    });
    expect(await statedFile(`${origin}/net.onnx`, quick)).toMatchObject({ sha256 });
    expect(count).toBe(4);
    servers.close();
    await expect(statedFile(`${origin}/net.onnx`, { ...quick, tries: 2 })).rejects.toThrow(
      `Cannot download ${origin}/net.onnx: the connection is refused. Try again.`,
    );
  });

  it("follows redirects neither for ever nor to plain http elsewhere, and can be stopped", async () => {
    const origin = await servers.start((request, response) => {
      if (request.url === "/round") response.writeHead(302, { location: "/round" }).end();
      else if (request.url === "/out") response.writeHead(302, { location: "http://example.com/" }).end();
    });
    await expect(statedFile(`${origin}/round`, quick)).rejects.toThrow("more than 5 redirects");
    await expect(statedFile(`${origin}/out`, quick)).rejects.toThrow(
      "it leads to http://example.com, which is no https address.",
    );
    const controller = new AbortController();
    const waiting = statedFile(`${origin}/silent`, {
      ...quick,
      timeouts: { connect: 1000, silence: 60_000 },
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 20);
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("statedFile with Git LFS", () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${bytes.length}\n`;

  it("reads the pointer beside a file whose headers state nothing", async () => {
    const origin = await servers.start((request, response) => {
      if (request.url === "/raw") response.writeHead(302, { location: "/media/net" }).end();
      else if (request.url === "/pointer/media/net") response.end(pointer);
      else if (request.url === "/pointer/media/plain") send(request, response, bytes);
      else if (request.url?.startsWith("/media/")) send(request, response, bytes);
      else response.writeHead(404).end();
    });
    const pointerAddress = (url: URL): string => `${url.origin}/pointer${url.pathname}`;
    const options = { ...quick, pointerAddress };
    const address = `${origin}/raw`;
    expect(await statedFile(address, options)).toEqual({ address, bytes: bytes.length, sha256 });
    await expect(statedFile(address, { ...options, sha256: other })).rejects.toThrow(`is ${sha256}, not`);
    await expect(statedFile(`${origin}/media/plain`, options)).rejects.toThrow(unstated);
    await expect(statedFile(`${origin}/media/none`, options)).rejects.toThrow(unstated);
  });

  it("does not take a pointer for the file", async () => {
    const origin = await servers.start((_, response) => response.end(pointer));
    await expect(statedFile(`${origin}/net.onnx`, { ...quick, sha256 })).rejects.toThrow(
      "there is a Git LFS pointer, not the file. Take the address of the file itself.",
    );
  });
});
