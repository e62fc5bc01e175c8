import { createHash } from "node:crypto";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** What is served, and its digest in the forms in which it is stated. */
export function servedFile(bytes: Buffer) {
  const hash = createHash("sha256").update(bytes).digest();
  return { bytes, sha256: hash.toString("hex"), base64: hash.toString("base64") };
}

/** Sends bytes, from where the request wants them, with further headers. */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  whole: Buffer,
  headers: Readonly<Record<string, string | string[]>> = {},
): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const range = `bytes ${from}-${whole.length - 1}/${whole.length}`;
  response.writeHead(from > 0 ? 206 : 200, {
    "content-length": whole.length - from,
    ...(from > 0 ? { "content-range": range } : {}),
    ...headers,
  });
  response.end(whole.subarray(from));
}

/** Servers on this machine, to be closed together. */
export class LocalServers {
  readonly #closing: (() => void)[] = [];

  /** @returns the server's origin */
  async start(listener: RequestListener): Promise<string> {
    return await this.#listen(createServer(listener));
  }

  /** A proxy to servers of this machine. */
  async startProxy(onTunnel: () => void): Promise<string> {
    const server = createServer((_, response) => response.writeHead(501).end());
    server.on("connect", (request: IncomingMessage, socket: Socket) => {
      onTunnel();
      const port = Number((request.url ?? "").split(":")[1]);
      const target = connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        target.pipe(socket).pipe(target);
      });
    });
    return await this.#listen(server);
  }

  async #listen(server: Server): Promise<string> {
    const sockets = new Set<Socket>();
    server.on("connection", (socket) => sockets.add(socket));
    this.#closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const close of this.#closing.splice(0)) close();
  }
}
