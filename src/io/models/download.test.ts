import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DownloadOptions, download } from "./download.js";
import { partialPath } from "./partialPath.js";
import { dispatcherFrom } from "./request.js";
import { throughProxy } from "./throughProxy.js";

const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 31) % 251));
const sha256 = createHash("sha256").update(bytes).digest("hex");

let folder: string;
let path: string;
const servers: Server[] = [];
const sockets = new Set<Socket>();

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.on("connection", (socket) => sockets.add(socket));
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.onnx`;
}

/** Serves ranges as a good server does. */
function good(request: IncomingMessage, response: ServerResponse, whole: Buffer = bytes): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from > 0) {
    const range = `bytes ${from}-${whole.length - 1}/${whole.length}`;
    response.writeHead(206, { "content-length": whole.length - from, "content-range": range });
  } else response.writeHead(200, { "content-length": whole.length });
  response.end(whole.subarray(from));
}

/** Sends a part and breaks the connection. */
function breaking(response: ServerResponse, from: number, to: number): void {
  const range = { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
  response.writeHead(from > 0 ? 206 : 200, {
    "content-length": bytes.length - from,
    ...(from > 0 ? range : {}),
  });
  // What has arrived is lost to a reader whose connection breaks before it looks.
  response.write(bytes.subarray(from, to), () => setTimeout(() => response.destroy(), 50));
}

const quick: DownloadOptions = {
  environment: {},
  timeouts: { connect: 1000, silence: 300 },
  pause: 1,
};

async function pull(address: string, options: DownloadOptions = {}): Promise<void> {
  await download({ address, bytes: bytes.length, sha256 }, path, { ...quick, ...options });
}

async function expectWhole(): Promise<void> {
  expect((await readFile(path)).equals(bytes)).toBe(true);
  expect(await readdir(folder)).toEqual(["model.onnx"]);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  path = join(folder, "model.onnx");
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

describe("download", () => {
  it("writes the file whole, and tells how far it is", async () => {
    const told: number[] = [];
    const address = await serve((request, response) => good(request, response));
    await pull(address, { onProgress: (received, total) => told.push(received / total) });
    await expectWhole();
    expect(told.at(-1)).toBe(1);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
  });

  it("goes on where the server broke off", async () => {
    const ranges: (string | undefined)[] = [];
    const address = await serve((request, response) => {
      ranges.push(request.headers.range);
      if (ranges.length === 1) breaking(response, 0, 40_000);
      else if (ranges.length === 2) breaking(response, 40_000, 70_000);
      else good(request, response);
    });
    await pull(address);
    await expectWhole();
    expect(ranges).toEqual([undefined, "bytes=40000-", "bytes=70000-"]);
  });

  it("fetches once what several ask for at once, and tells all of them how far it is", async () => {
    let asked = 0;
    const address = await serve((_, response) => {
      asked++;
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 60_000));
      setTimeout(() => response.end(bytes.subarray(60_000)), 250);
    });
    const told: Set<number>[] = [new Set(), new Set(), new Set()];
    await Promise.all(
      told.map((seen) =>
        pull(address, { onProgress: (at) => seen.add(at), timeouts: { connect: 1000, silence: 3000 } }),
      ),
    );
    await expectWhole();
    expect(asked).toBe(1);
    for (const seen of told) expect(seen.has(60_000)).toBe(true);
  });

  it("stops waiting for another when it is told to", async () => {
    const address = await serve((_, response) => {
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 60_000));
    });
    const ends = [new AbortController(), new AbortController()] as const;
    const timeouts = { connect: 1000, silence: 10_000 };
    const [first, second] = ends.map(({ signal }) => pull(address, { signal, timeouts }));
    setTimeout(() => ends[1].abort(new Error("second")), 300);
    await expect(second).rejects.toThrow();
    ends[0].abort(new Error("first"));
    await expect(first).rejects.toThrow();
    expect(await readdir(folder)).toEqual(["model.onnx.partial"]);
  });

  it("goes on where an earlier call stopped", async () => {
    let ranges: (string | undefined)[] = [];
    let broken = true;
    const address = await serve((request, response) => {
      ranges.push(request.headers.range);
      if (!broken) good(request, response);
      else if (ranges.length === 1) breaking(response, 0, 50_000);
      else response.destroy();
    });
    await expect(pull(address)).rejects.toThrow(
      /Cannot download http.*: the connection broke .* Try again: it goes on/,
    );
    expect(existsSync(path)).toBe(false);
    expect((await readFile(partialPath(path))).equals(bytes.subarray(0, 50_000))).toBe(true);
    broken = false;
    ranges = [];
    await pull(address);
    await expectWhole();
    expect(ranges).toEqual(["bytes=50000-"]);
  });

  it("starts again with a server that knows no ranges", async () => {
    await writeFile(partialPath(path), bytes.subarray(0, 1000));
    const address = await serve((_, response) => response.end(bytes));
    await pull(address);
    await expectWhole();
  });

  const half = bytes.length / 2;
  const endless: Readonly<Record<string, (from: number, response: ServerResponse) => void>> = {
    "refuses to go on": (_, response) => response.writeHead(416).end(),
    "begins again": (_, response) => breaking(response, 0, half),
    "goes on with other bytes": (from, response) => {
      const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
      response.writeHead(206, { "content-length": bytes.length - from, "content-range": range });
      response.end(Buffer.alloc(bytes.length - from));
    },
    "goes on with nothing": (from, response) => breaking(response, from, from),
    "is overloaded then": (_, response) => response.writeHead(503).end(),
  };
  it.each(Object.entries(endless))("gives up on a server that breaks off and %s", async (_, goOn) => {
    let requests = 0;
    const address = await serve((request, response) => {
      requests++;
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
      if (from > 0) goOn(from, response);
      else breaking(response, 0, half);
    });
    await expect(pull(address)).rejects.toThrow(
      /^Cannot download .* Try again: it goes on where it stopped\.$/,
    );
    // The first half is news once, or in parts; after that nothing new comes, however often it is fetched again.
    expect(requests).toBeLessThan(12);
  });

  it("starts again when what was there is of another file", async () => {
    await writeFile(partialPath(path), Buffer.alloc(500, 7));
    const address = await serve((request, response) => good(request, response));
    await pull(address);
    await expectWhole();
    await writeFile(partialPath(path), Buffer.alloc(bytes.length, 7));
    await pull(address);
    await expectWhole();
    await writeFile(partialPath(path), Buffer.alloc(bytes.length + 1));
    await pull(address);
    await expectWhole();
  });

  it("starts again when the server refuses the range", async () => {
    await writeFile(partialPath(path), bytes.subarray(0, 1000));
    const address = await serve((request, response) => {
      if (request.headers.range === undefined) good(request, response);
      else response.writeHead(416).end();
    });
    await pull(address);
    await expectWhole();
  });

  it("refuses a corrupted file and keeps nothing of it", async () => {
    const wrong = Buffer.from(bytes);
    wrong[77_777] = 1;
    const address = await serve((request, response) => good(request, response, wrong));
    await expect(pull(address)).rejects.toThrow(
      /what arrived is not the file: its SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}\. It was not kept\.$/,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it("refuses another length, before it downloads anything", async () => {
    const address = await serve((_, response) => response.end("<html>Please log in</html>"));
    await expect(pull(address)).rejects.toThrow(
      "the server offers 26 bytes, the file has 100000. Something in between may have answered, such as a login page.",
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it("stops a server that sends more than it should", async () => {
    const address = await serve((_, response) => {
      // Chunked: no length is said.
      response.write(bytes);
      response.end(bytes);
    });
    await expect(pull(address)).rejects.toThrow("the server sends more than the file's 100000 bytes");
    expect(await readdir(folder)).toEqual([]);
  });

  it("takes an early end without a length for an interruption", async () => {
    const address = await serve((request, response) => {
      if (request.headers.range !== undefined) good(request, response);
      else {
        response.write(bytes.subarray(0, 60_000));
        response.end();
      }
    });
    await pull(address);
    await expectWhole();
  });

  it("refuses a range that was not asked for", async () => {
    await writeFile(partialPath(path), bytes.subarray(0, 1000));
    const address = await serve((_, response) => {
      response.writeHead(206, { "content-range": `bytes 0-${bytes.length - 1}/${bytes.length}` }).end(bytes);
    });
    await expect(pull(address)).rejects.toThrow(
      'the server sends "bytes 0-99999/100000" where bytes from 1000 of 100000 were asked for',
    );
  });

  it("does not wait for a server that falls silent", async () => {
    const address = await serve((request, response) => {
      if (request.headers.range !== undefined) good(request, response);
      else {
        response.writeHead(200, { "content-length": bytes.length });
        response.write(bytes.subarray(0, 30_000));
      }
    });
    await pull(address);
    await expectWhole();
  });

  it("does not wait for a server that never answers", async () => {
    const address = await serve(() => {});
    await expect(pull(address, { tries: 2 })).rejects.toThrow("the server does not answer");
  });

  it("tries again after what passes, and not after what stays", async () => {
    let count = 0;
    const address = await serve((request, response) => {
      count++;
      if (count < 3) response.writeHead(503).end();
      else good(request, response);
    });
    await pull(address);
    await expectWhole();
    count = 0;
    const gone = await serve((_, response) => {
      count++;
      response.writeHead(404).end("no");
    });
    await expect(pull(gone)).rejects.toThrow("the server answers 404. The hub may have moved it.");
    expect(count).toBe(1);
  });

  it("says that there is no server", async () => {
    const address = await serve(() => {});
    const server = servers.at(-1) as Server;
    await new Promise((done) => server.close(done));
    await expect(pull(address, { tries: 1 })).rejects.toThrow("the connection is refused");
  });

  it("follows redirects, keeping the range", async () => {
    await writeFile(partialPath(path), bytes.subarray(0, 1000));
    const target = await serve((request, response) => {
      expect(request.headers.range).toBe("bytes=1000-");
      good(request, response);
    });
    const middle = await serve((_, response) => response.writeHead(302, { location: target }).end("moved"));
    const address = await serve((request, response) => {
      if (request.url === "/model.onnx") response.writeHead(307, { location: "/other" }).end();
      else response.writeHead(301, { location: middle }).end();
    });
    await pull(address);
    await expectWhole();
  });

  it("follows redirects neither for ever nor to plain http elsewhere", async () => {
    const round = await serve((_, response) => response.writeHead(302, { location: "/model.onnx" }).end());
    await expect(pull(round)).rejects.toThrow("more than 5 redirects");
    const out = await serve((_, response) =>
      response.writeHead(302, { location: "http://example.com/x" }).end(),
    );
    await expect(pull(out)).rejects.toThrow("it leads to http://example.com, which is no https address.");
    const file = await serve((_, response) =>
      response.writeHead(302, { location: "file:///etc/passwd" }).end(),
    );
    await expect(pull(file)).rejects.toThrow("which is no https address");
    await expect(pull("http://example.com/model.onnx")).rejects.toThrow("which is no https address");
    await expect(pull("model.onnx")).rejects.toThrow('"model.onnx" is no address.');
  });

  it("can be stopped, and keeps what is there", async () => {
    const controller = new AbortController();
    const address = await serve((_, response) => {
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 20_000));
    });
    const stopped = pull(address, {
      signal: controller.signal,
      timeouts: { connect: 1000, silence: 60_000 },
      onProgress: () => controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect(await readdir(folder)).toEqual(["model.onnx.partial"]);
  });

  it("says when the folder cannot be written", async () => {
    path = join(folder, "none", "model.onnx");
    const address = await serve((request, response) => good(request, response));
    await expect(pull(address)).rejects.toThrow(`there is no folder ${join(folder, "none")}`);
  });

  it("takes a proxy without a scheme, and names the variable of one that is none", async () => {
    for (const value of ["127.0.0.1:3128", "localhost:3128", "http://u:p@proxy:80", "HTTPS://proxy"]) {
      await expect(
        dispatcherFrom({ environment: { HTTPS_PROXY: value }, timeouts: undefined }),
      ).resolves.toBeDefined();
    }
    for (const value of ["socks5://127.0.0.1:1080", "http://", "ftp://x", "not a proxy"]) {
      await expect(
        dispatcherFrom({ environment: { https_proxy: value }, timeouts: undefined }),
      ).rejects.toThrow(
        `HTTPS_PROXY: expected the address of an HTTP proxy, received ${JSON.stringify(value)}. Write it as http://host:port`,
      );
    }
  });

  it("names the proxy that a failure came through", async () => {
    const refusing = await serve(() => {});
    const { port } = new URL(refusing);
    servers.at(-1)?.on("connect", (_, socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
    const address = "https://models.example/model.onnx";
    const environment = { HTTPS_PROXY: `http://me:secret@127.0.0.1:${port}` };
    await expect(pull(address, { environment, tries: 1 })).rejects.toThrow(
      `Cannot download ${address}: the proxy answers 403 (through the proxy http://127.0.0.1:${port} of HTTPS_PROXY). Try again`,
    );
    const nobody = { HTTPS_PROXY: "127.0.0.1:1" };
    await expect(pull(address, { environment: nobody, tries: 1 })).rejects.toThrow(
      "the connection is refused (through the proxy 127.0.0.1:1 of HTTPS_PROXY). Try again",
    );
    expect(throughProxy(address, { ...nobody, NO_PROXY: "other.org, .example" })).toBe("");
    expect(throughProxy("http://a.b", nobody)).toBe("");
  });

  it("goes through the proxy of the environment, unless the address is excepted", async () => {
    const address = await serve((request, response) => good(request, response));
    let through = 0;
    const proxied = await serve((request, response) => {
      through++;
      good(request, response);
    });
    servers.at(-1)?.on("connect", (request: IncomingMessage, socket: Socket) => {
      through++;
      const [host = "", port] = (request.url ?? "").split(":");
      const target = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        target.pipe(socket).pipe(target);
      });
    });
    const proxy = new URL(proxied).origin;
    await pull(address, { environment: { HTTP_PROXY: proxy } });
    await expectWhole();
    expect(through).toBe(1);
    await rm(path);
    await pull(address, { environment: { http_proxy: proxy, no_proxy: "127.0.0.1" } });
    await expectWhole();
    expect(through).toBe(1);
  });
});
