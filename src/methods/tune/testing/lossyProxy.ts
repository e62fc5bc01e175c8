import { connect, createServer, type Socket } from "node:net";

/** Stands between a study and its server, and loses answers. */
export interface LossyProxy {
  readonly url: string;
  /** So many answers to COMMIT are lost from now on, after the server has given them. */
  lose(count: number): void;
  /** How many were. */
  readonly lost: number;
  close(): void;
}

/** @param url of the server */
export function openLossyProxy(url: string): Promise<LossyProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let toLose = 0;
  let lost = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let isLosing = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (bytes) => {
      if (toLose > 0 && bytes.includes("COMMIT\0")) {
        toLose--;
        isLosing = true;
      }
      upstream.write(bytes);
    });
    upstream.on("data", (bytes) => {
      if (!isLosing) {
        client.write(bytes);
        return;
      }
      lost++;
      client.destroy();
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      resolve({
        url: url.replace(`:${target.port}/`, `:${port}/`),
        lose: (count) => {
          toLose = count;
        },
        get lost() {
          return lost;
        },
        close: () => {
          for (const socket of sockets) socket.destroy();
          server.close();
        },
      });
    });
  });
}
