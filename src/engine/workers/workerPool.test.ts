import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { ImagoError } from "../errors.js";
import type { WorkerPoolOptions } from "./options.js";
import { WorkerPool } from "./workerPool.node.js";

const fileHere = (name: string): string => fileURLToPath(new URL(`./testing/${name}`, import.meta.url));
const module = fileHere("tasks.worker.node.ts");

const pools: WorkerPool[] = [];
function open(options: Partial<WorkerPoolOptions> = {}): WorkerPool {
  const pool = new WorkerPool({ module, workers: 1, ...options });
  pools.push(pool);
  return pool;
}
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function untilDead(pid: number, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (isAlive(pid) && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isAlive(pid)).toBe(false);
}

describe("WorkerPool", () => {
  it("gives what tasks give, typed arrays too, in the order of the calls", async () => {
    const pool = open({ workers: 2 });
    const waits = [60, 5, 30, 1, 10];
    expect(await Promise.all(waits.map((wait) => pool.run<number>("pause", wait)))).toEqual(waits);
    const doubled = await pool.run<Float64Array>("double", Float64Array.of(1, 2.5));
    expect(doubled).toEqual(Float64Array.of(2, 5));
  });

  it("starts as many processes as it may, and uses them again", async () => {
    const pool = open({ workers: 2 });
    const pids = new Set(
      await Promise.all([1, 2, 3, 4, 5].map(() => pool.run<number>("processId", undefined))),
    );
    expect(pids.size).toBe(2);
    expect(pids).not.toContain(process.pid);
  });

  it("gives each worker once what they share, and divides the cores", async () => {
    const pool = open({ shared: { x: Float32Array.of(1, 2) }, threads: 3 });
    expect(await pool.run("shared", "x")).toEqual(Float32Array.of(1, 2));
    expect(await pool.run("threads", undefined)).toBe(3);
    expect(open({ workers: 1000 }).threads).toBe(1);
  });

  it("passes on what tasks tell, and not to the next job", async () => {
    const pool = open();
    const told: unknown[] = [];
    expect(await pool.run("count", 3, { onMessage: (message) => told.push(message) })).toBe("done");
    expect(told).toEqual([0, 1, 2]);
    await pool.run("tellLate", undefined);
    await pool.run("pause", 40, { onMessage: (message) => told.push(message) });
    expect(told).toEqual([0, 1, 2]);
  });

  it("passes on what tasks throw, with its help", async () => {
    const pool = open();
    const refused: unknown = await pool.run("refuse", "Count again.").catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ImagoError);
    expect(refused).toMatchObject({ message: "tasks: 3 is no 4. Count again.", help: "Count again." });
    await expect(pool.run("refuse", undefined)).rejects.toMatchObject({ help: undefined });
    await expect(pool.run("fail", undefined)).rejects.toMatchObject({
      name: "RangeError",
      message: "out of range",
      stack: expect.stringContaining("tasks.worker.node.ts"),
    });
    await expect(pool.run("throwText", undefined)).rejects.toThrow(/^just a text$/);
    await expect(pool.run("none", undefined)).rejects.toThrow('the module exports no function "none"');
  });

  it("ends a job that takes too long, whatever it does, and goes on with others", async () => {
    const pool = open({ workers: 2 });
    let pid = 0;
    const hung = pool.run("hang", undefined, {
      timeLimit: 150,
      onMessage: (message) => {
        pid = message as number;
      },
    });
    const other = pool.run("pause", 400);
    await expect(hung).rejects.toThrow(
      'workers: task "hang" was ended: it was not over after its limit of 150 ms.',
    );
    await untilDead(pid, 2000);
    expect(await other).toBe(400);
    const pids = await Promise.all([1, 2, 3, 4].map(() => pool.run<number>("processId", undefined)));
    expect(pids).not.toContain(pid);
  });

  it("ends a job whose signal aborts, and starts none whose signal did", async () => {
    const pool = open();
    const controller = new AbortController();
    const { signal } = controller;
    let pid = 0;
    const hung = pool.run("hang", undefined, {
      signal,
      onMessage: (message) => {
        pid = message as number;
        controller.abort(new Error("enough"));
      },
    });
    const waiting = pool.run("processId", undefined, { signal });
    await expect(hung).rejects.toThrow("enough");
    await expect(waiting).rejects.toThrow("enough");
    await expect(pool.run("processId", undefined, { signal })).rejects.toThrow("enough");
    expect(await pool.run<number>("processId", undefined)).not.toBe(pid);
  });

  it("says how a process ended, and starts another", async () => {
    const pool = open();
    await expect(pool.run("leave", 3)).rejects.toThrow(
      'workers: task "leave" came to no end: its process ended with exit code 3. If memory ran out, use fewer workers.',
    );
    await expect(pool.run("die", undefined)).rejects.toThrow("its process was ended by SIGKILL.");
    expect(await pool.run("pause", 1)).toBe(1);
  });

  it("says what cannot be copied", async () => {
    const pool = open();
    await expect(pool.run("pause", () => 1)).rejects.toThrow(
      /^workers: the argument of task "pause" cannot be sent to another process: .* could not be cloned\./,
    );
    await expect(pool.run("giveFunction", undefined)).rejects.toThrow("could not be cloned");
    const sharing = open({ shared: { call: () => 1 } });
    await expect(sharing.run("pause", 1)).rejects.toThrow("workers: what the workers share cannot be sent");
    expect(await pool.run("pause", 1)).toBe(1);
  });

  it("says that a module cannot be loaded", async () => {
    const broken = fileHere("broken.worker.node.ts");
    await expect(open({ module: broken }).run("x", 1)).rejects.toThrow(
      /^workers: the module file:.*broken\.worker\.node\.ts could not be loaded: this module is broken$/,
    );
    await expect(open({ module: `${broken}x` }).run("x", 1)).rejects.toThrow(
      /could not be loaded: .*nod?e?/i,
    );
    expect(() => open({ module: "./tasks.js" })).toThrow(
      'workers: module must be the URL or the absolute path of a module, received "./tasks.js".',
    );
    expect(() => open({ worker: 2 } as never)).toThrow('unknown option "worker". Did you mean "workers"?');
  });

  it("does not run the program once more", () => {
    const argv = process.argv;
    process.argv = [process.execPath, module];
    try {
      expect(() => open()).toThrow(
        "workers: module is the program itself, which each worker would run once more. " +
          "Put what workers need into a module of its own.",
      );
    } finally {
      process.argv = argv;
    }
  });

  it("stops at an error of who listens", async () => {
    const onMessage = (): never => {
      throw new Error("no ear");
    };
    await expect(open().run("hang", undefined, { onMessage })).rejects.toThrow("no ear");
  });

  it("ends all when it is closed", async () => {
    const pool = open({ workers: 2 });
    const pid = await pool.run<number>("processId", undefined);
    const jobs = [1, 2, 3].map(() => pool.run("hang", undefined));
    const ends = Promise.allSettled(jobs);
    await pool.close();
    for (const end of await ends) {
      expect(end).toMatchObject({
        reason: { message: "workers: the pool was closed before the job was over." },
      });
    }
    expect(isAlive(pid)).toBe(false);
    await expect(pool.run("pause", 1)).rejects.toThrow('workers: task "pause": the pool was closed.');
  });
});

describe("a process with a pool", () => {
  const start = (what: string) => {
    const args = ["--import", "tsx", fileHere("parent.ts"), what];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const pids = (): number[] => output.split("\n").filter(Boolean).map(Number);
    return { child, pids };
  };

  it("ends when it has nothing to do, its workers with it", async () => {
    const { child, pids } = start("idle");
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(0);
    await untilDead(pids()[0] as number, 3000);
  });

  it("leaves no worker behind when it is killed, not even one that never pauses", async () => {
    const { child, pids } = start("hang");
    while (pids().length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGKILL");
    for (const pid of pids()) await untilDead(pid, 5000);
  });
});
