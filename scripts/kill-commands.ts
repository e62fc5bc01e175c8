/**
 * Kills `imago write train`, `imago dream`, `imago style`, `imago classify train`, `imago distill`, `imago models pull` and a program
 * that trains with checkpoints again and again at random moments: most by SIGKILL, some by the signals of Ctrl-C, a closed terminal and a machine that is shut down. After
 * each it checks that nothing is lost that was said to be saved, that no half file has a final name and that no others pile up; the
 * next run starts without help, and at the end every result is that of a run that was left alone, byte for byte.
 *
 *     npx tsx scripts/kill-commands.ts [KILLS] [SEED] [NAME]
 *
 * NAME a regular expression for the commands that are killed, default all.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Ended, filesBelow, SlowServer, type Subject, sha256, subjects } from "./killedCommands.js";
import { numbers } from "./killing.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const compiled = join(root, "dist/app/cli/main.js");

/** How the program is started: compiled, or with `IMAGO_KILL_SOURCES` from its sources. */
function program(): string[] {
  if (process.env.IMAGO_KILL_SOURCES === "1") return ["--import", "tsx", join(root, "src/app/cli/main.ts")];
  spawnSync(process.execPath, [join(root, "bin/imago.js"), "--version"], { stdio: ["ignore", 2, 2] });
  if (existsSync(compiled)) return [compiled];
  throw new Error("The program was not compiled, for the reasons above.");
}

/** What a kill is done by: mostly what nothing can be done about. */
function signalOf(chance: () => number): NodeJS.Signals {
  const at = chance();
  return at < 0.7 ? "SIGKILL" : at < 0.8 ? "SIGTERM" : at < 0.9 ? "SIGINT" : "SIGHUP";
}

/** One run, killed after so many milliseconds by a signal, or left alone. */
function run(
  subject: Subject,
  folder: string,
  main: readonly string[],
  kill?: { readonly after: number; readonly signal: NodeJS.Signals },
): Promise<Ended & { readonly time: number }> {
  const { args, script } = subject.start(folder);
  const start = script === undefined ? main : ["--import", "tsx", script];
  const child = spawn(process.execPath, [...start, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", ...subject.env?.(folder) },
  });
  const begin = performance.now();
  let output = "";
  let sent: NodeJS.Signals | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const timer = setTimeout(() => {
    if (kill === undefined || child.exitCode !== null) return;
    sent = kill.signal;
    child.kill(sent);
  }, kill?.after ?? 0);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ output, code, signal, sent, time: performance.now() - begin });
    });
  });
}

function results(subject: Subject, folder: string): Map<string, string> {
  const paths = filesBelow(folder).filter((path) => subject.results.test(path));
  return new Map(paths.map((path) => [path, sha256(readFileSync(join(folder, path)))]));
}

function compare(wanted: ReadonlyMap<string, string>, found: ReadonlyMap<string, string>): string[] {
  const names = [...new Set([...wanted.keys(), ...found.keys()])];
  const others = names.filter((name) => wanted.get(name) !== found.get(name));
  return others.length === 0 ? [] : [`other bytes than of a run that was left alone: ${others.join(", ")}`];
}

/** A subject with its folder and what must come of it. */
class Victim {
  readonly subject: Subject;
  readonly kills = new Map<string, number>();
  finished = 0;
  readonly #base: string;
  readonly #main: readonly string[];
  #wanted: ReadonlyMap<string, string> = new Map();
  /** Milliseconds that a run takes. */
  #time = 0;
  #folder = "";

  constructor(subject: Subject, base: string, main: readonly string[]) {
    this.subject = subject;
    this.#base = join(base, subject.name.replaceAll(" ", "-"));
    this.#main = main;
  }

  async prepare(): Promise<void> {
    await this.#fresh();
    const ended = await run(this.subject, this.#folder, this.#main);
    this.#time = ended.time;
    await this.#check(ended);
    this.#wanted = results(this.subject, this.#folder);
    if (this.#wanted.size === 0) throw new Error(`${this.subject.name} left nothing: ${ended.output}`);
    await this.#fresh();
  }

  async #fresh(): Promise<void> {
    rmSync(this.#base, { recursive: true, force: true });
    this.#folder = this.#base;
    mkdirSync(this.#folder, { recursive: true });
    await this.subject.prepare(this.#folder);
  }

  /** @returns whether it was killed */
  async strike(chance: () => number): Promise<boolean> {
    const kill = { after: chance() * this.#time * 1.05, signal: signalOf(chance) };
    const ended = await run(this.subject, this.#folder, this.#main, kill);
    await this.#check(ended);
    if (ended.sent !== undefined) {
      this.kills.set(ended.sent, (this.kills.get(ended.sent) ?? 0) + 1);
      // It may have come to its end in the same moment.
      if (ended.code !== 0) return true;
    }
    this.#compare();
    await this.#fresh();
    return ended.sent !== undefined;
  }

  /** Lets it come to its end. */
  async finish(): Promise<void> {
    await this.#check(await run(this.subject, this.#folder, this.#main));
    this.#compare();
  }

  async #check(ended: Ended): Promise<void> {
    this.#complain(await this.subject.check(this.#folder, ended), ended);
  }

  #compare(): void {
    this.finished++;
    this.#complain(compare(this.#wanted, results(this.subject, this.#folder)));
  }

  #complain(wrong: readonly string[], ended?: Ended): void {
    if (wrong.length === 0) return;
    const how = ended?.sent === undefined ? "" : `, after ${ended.sent}`;
    throw new Error(
      `${this.subject.name} in ${this.#folder}${how}:\n${wrong.join("\n")}\n${ended?.output ?? ""}`,
    );
  }
}

async function main(kills: number, seed: number, part: RegExp): Promise<void> {
  const base = await mkdtemp(join(tmpdir(), "imago-kill-"));
  const server = new SlowServer();
  const chance = numbers(seed);
  const how = program();
  try {
    const all = subjects(server, await server.listen()).filter(({ name }) => part.test(name));
    const victims = all.map((subject) => new Victim(subject, base, how));
    for (const victim of victims) await victim.prepare();
    for (let done = 0, next = 0; done < kills; next++) {
      if (!(await (victims[next % victims.length] as Victim).strike(chance))) continue;
      if (++done % 20 === 0 && done < kills) console.error(`${done} of ${kills} kills, nothing wrong so far`);
    }
    for (const victim of victims) await victim.finish();
    for (const { subject, kills: own, finished } of victims) {
      const total = [...own.values()].reduce((sum, one) => sum + one, 0);
      const each = [...own].map(([signal, times]) => `${times} ${signal}`).join(", ");
      console.log(`${subject.name}: ${total} kills (${each}), ${finished} finished runs with the same bytes`);
    }
    console.log(
      `${kills} kills: nothing that was acknowledged is lost, and every next run started without help`,
    );
  } finally {
    server.close();
  }
  rmSync(base, { recursive: true, force: true });
}

const [first = "200", second = "1", third = "."] = process.argv.slice(2);
await main(Number(first), Number(second), new RegExp(third));
