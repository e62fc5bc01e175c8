import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { ImagoError } from "../errors.js";
import { ThreadPool, type ThreadPoolOptions } from "./threadPool.node.js";

const fileHere = (name: string): string => fileURLToPath(new URL(`./testing/${name}`, import.meta.url));
const module = fileHere("threadTasks.worker.node.ts");

const pools: ThreadPool[] = [];
function open(options: Partial<ThreadPoolOptions> = {}): ThreadPool {
  const pool = new ThreadPool({ module, threads: 1, ...options });
  pools.push(pool);
  return pool;
}
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

describe("ThreadPool", () => {
  it("gives what tasks give, in the order of the calls, on as many threads as it may start", async () => {
    const pool = open({ threads: 2 });
    const ids = await Promise.all([40, 5, 30, 1].map((time) => pool.run<number>("wait", time)));
    expect(new Set(ids).size).toBe(2);
    expect(await pool.run("double", Float64Array.of(1, 2.5))).toEqual(Float64Array.of(2, 5));
  });

  it("goes on from job to job while this thread computes", async () => {
    const pool = open();
    await pool.run("wait", 0);
    const jobs = [1, 2, 3, 4].map(() => pool.run("wait", 50));
    const end = performance.now() + 400;
    while (performance.now() < end);
    const begun = performance.now();
    await Promise.all(jobs);
    expect(performance.now() - begun).toBeLessThan(50);
  });

  it("throws what tasks throw, and says what cannot be", async () => {
    const pool = open();
    const error = await pool.run("fail", undefined).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ImagoError);
    expect(error).toMatchObject({ message: "it will not do Do otherwise.", help: "Do otherwise." });
    await expect(pool.run("none", 1)).rejects.toThrow('the module exports no function "none"');
    await expect(pool.run("wait", () => {})).rejects.toThrow(
      'threads: the argument of task "wait" cannot be sent',
    );
    await expect(pool.run("giveFunction", 1)).rejects.toThrow("could not be cloned");
    expect(() => new ThreadPool({ module: "./a.ts" })).toThrow("threads: module must be the URL");
  });

  it("says which job a thread died of, and has the others done by another", async () => {
    const pool = open();
    await pool.run("wait", 0);
    const [died, after] = await Promise.allSettled([
      pool.run("die", undefined, { what: "reading cats/a.jpg" }),
      pool.run("double", Float64Array.of(4)),
    ]);
    expect(died).toMatchObject({
      reason: new ImagoError(
        "threads: reading cats/a.jpg came to no end: its thread died (it ended with exit code 3).",
        {
          help: "If memory ran out, use fewer threads.",
        },
      ),
    });
    expect(after).toMatchObject({ value: Float64Array.of(8) });
  });

  it("says that a module cannot be loaded", async () => {
    const pool = open({ module: fileHere("none.ts") });
    await expect(pool.run("wait", 0)).rejects.toThrow(
      /threads: the module file:.*none\.ts could not be loaded: /,
    );
  });

  it("gives up what is aborted", async () => {
    const pool = open();
    await pool.run("wait", 0);
    const controller = new AbortController();
    const running = pool.run("wait", 100, { signal: controller.signal });
    const waiting = pool.run("wait", 60_000, { signal: controller.signal });
    const after = pool.run("wait", 0);
    controller.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    await expect(waiting).rejects.toThrow("enough");
    await after;
    await expect(pool.run("wait", 0, { signal: controller.signal })).rejects.toThrow("enough");
  });

  it("rejects what is not over when it is closed, and takes no more", async () => {
    const pool = open();
    await pool.run("wait", 0);
    const jobs = [pool.run("wait", 50), pool.run("wait", 50)];
    const closed = pool.close();
    for (const job of jobs)
      await expect(job).rejects.toThrow("threads: the pool was closed before the job was over.");
    await closed;
    await expect(pool.run("wait", 0)).rejects.toThrow('threads: task "wait": the pool was closed.');
  });

  it("does not keep a process alive by idle threads", async () => {
    const script = `
      const { ThreadPool } = await import(${JSON.stringify(new URL("./threadPool.node.ts", import.meta.url).href)});
      const pool = new ThreadPool({ module: ${JSON.stringify(module)}, threads: 2 });
      await Promise.all([pool.run("wait", 5), pool.run("wait", 5)]);
      console.log("done");`;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
    });
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(said).toBe("done\n");
  });
});
