import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  findPostgres,
  type PostgresServer,
  startPostgres,
} from "../../../methods/tune/testing/postgresServer.js";
import { commands } from "../commands.js";
import { runCli } from "../testing/runCli.js";

const script = fileURLToPath(
  new URL("../../../methods/tune/testing/quadratic.objective.ts", import.meta.url),
);
const tune = (...args: string[]) => runCli(["tune", ...args], commands);
const found = findPostgres();

it("says which flags go together", async () => {
  expect(await tune("worker", script)).toMatchObject({
    code: 2,
    err: expect.stringContaining("--storage is required: the URL of the database that workers share."),
  });
  expect(await tune("run", script, "--name", "x")).toMatchObject({
    code: 2,
    err: expect.stringContaining("give --storage too, or leave it out."),
  });
  expect(await tune("run", script, "--storage", "studies/x")).toMatchObject({
    code: 2,
    err: expect.stringContaining("--storage must begin with postgres://, received studies/x."),
  });
});

describe.skipIf("why" in found)("imago tune on PostgreSQL", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres("bin" in found ? found.bin : "");
  }, 60_000);
  afterAll(() => server?.close());

  it("runs, is worked on by workers, and shows how it stands", async () => {
    const there = ["--storage", server.url, "--name", "cli"];
    const run = await tune("run", script, ...there, "--trials", "3", "--sampler", "random", "--seed", "5");
    expect(run.out).toContain(`by random, in ${server.url}, as cli.`);
    expect(run.out).toContain("3 trials: 3 complete; best ");
    expect(run.out).toContain(`tune show ${server.url} --name cli`);
    const worker = await tune("worker", script, ...there, "--trials", "5", "--parallel", "2");
    expect([worker.code, worker.err]).toEqual([0, ""]);
    expect(worker.out).toContain("; 3 trials: 3 complete so far.");
    expect(worker.out).toContain("5 trials: 5 complete; best ");
    const show = await tune("show", server.url, "--name", "cli");
    expect(show.out).toMatch(/^5 trials: 5 complete; best .*\n {2}x .*\n\ntrial {2}value/);
    const best = await tune("best", server.url, "--name", "cli");
    expect(JSON.parse(best.out)).toMatchObject({ state: "complete", attempts: 1 });
    expect(await tune("show", server.url)).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no study "study". There are: cli.'),
    });
    expect(await tune("run", script, ...there, "--seed", "6")).toMatchObject({
      code: 1,
      err: expect.stringContaining("was begun with sampler"),
    });
  });
});
