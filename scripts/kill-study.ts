/**
 * Kills a study again and again, itself or one of its workers, at random moments; then lets it come to its end, and checks that no
 * result that was acknowledged is lost or changed, that no trial is left running, that each has one result, and that the totals are
 * right. With one trial at a time its trials must be those of a study that was left alone.
 *
 *     npx tsx scripts/kill-study.ts [KILLS] [SEED] [PARALLEL]
 */
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { space } from "../src/methods/tune/testing/quadratic.objective.js";
import { openStudy, type Study } from "../src/tune.js";
import { kill, numbers, workersOf } from "./killing.js";

const script = fileURLToPath(new URL("../src/methods/tune/testing/quadratic.objective.ts", import.meta.url));
const open = (folder?: string): Promise<Study<typeof space>> => openStudy({ space, seed: 8, folder });

interface Run {
  readonly folder: string;
  readonly acknowledged: string;
  readonly trials: number;
  readonly parallel: number;
}

/** One run from where the folder stands; what it was told is kept is written down. */
async function run({ folder, acknowledged, trials, parallel }: Run): Promise<void> {
  const study = await open(folder);
  process.stdout.write("open\n");
  await study.run(
    { script },
    {
      // More than chance can reach: what is tested is that nothing is lost.
      ...{ trials, parallel, attempts: 50 },
      onTrial: ({ number, state, value }) => {
        process.stdout.write("trial\n");
        if (state === "running" || state === "waiting") return;
        appendFileSync(acknowledged, `${JSON.stringify([number, state, value ?? null])}\n`);
      },
    },
  );
  await study.close();
  process.stdout.write("done\n");
}

/** @param chance gives numbers from 0 to 1; nothing lets it come to its end. @returns how often something was killed */
function start(given: Run, chance: (() => number) | undefined): Promise<{ done: boolean; kills: number }> {
  const args = ["--import", "tsx", fileURLToPath(import.meta.url), "--run", JSON.stringify(given)];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, IMAGO_TEST_PAUSE: "3" },
  });
  let kills = 0;
  let output = "";
  let whole = false;
  const strike = (): void => {
    if (chance === undefined || whole || child.exitCode !== null) return;
    const pid = child.pid as number;
    const workers = workersOf(pid);
    const worker = chance() < 0.6 ? workers[Math.floor(chance() * workers.length)] : undefined;
    kills++;
    whole = worker === undefined;
    kill(worker ?? pid);
    if (!whole) setTimeout(strike, 200 + chance() * 600);
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (text.includes("open") && chance !== undefined) setTimeout(strike, chance() * 1200);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      const done = /^done$/m.test(output);
      if (done || whole) resolve({ done, kills });
      else reject(new Error(`It failed by itself, see above: ${given.folder}`));
    });
  });
}

/** @returns what is wrong */
async function check({ folder, acknowledged, trials, parallel }: Run): Promise<string[]> {
  const study = await open(folder);
  const wrong: string[] = [];
  const all = study.trials;
  if (all.length !== trials) wrong.push(`there are ${all.length} trials, not ${trials}`);
  for (const { number, state, reason } of all) {
    if (state !== "complete") wrong.push(`trial ${number} is ${state}: ${reason}`);
  }
  if (new Set(study.order).size !== study.order.length || study.order.length !== trials) {
    wrong.push(`${study.order.length} results for ${trials} trials`);
  }
  const lines = existsSync(acknowledged) ? readFileSync(acknowledged, "utf8").trim().split("\n") : [];
  for (const line of lines) {
    const [number, state, value] = JSON.parse(line) as [number, string, number];
    const record = all[number];
    if (record?.state !== state || record.value !== value) {
      wrong.push(
        `trial ${number} was acknowledged as ${state} with ${value}, and is ${record?.state} with ${record?.value}`,
      );
    }
  }
  if (parallel === 1) {
    const alone = await open();
    await alone.run({ script }, { trials });
    const plain = (one: (typeof all)[number] | undefined): string =>
      JSON.stringify([one?.params.x, one?.value, one?.reports]);
    all.forEach((one, place) => {
      if (plain(one) !== plain(alone.trials[place]))
        wrong.push(`trial ${one.number} is another than without kills`);
    });
  }
  await study.close();
  return wrong;
}

async function main(kills: number, seed: number, parallel: number): Promise<void> {
  const base = await mkdtemp(join(tmpdir(), "imago-kill-"));
  const chance = numbers(seed);
  let total = 0;
  let rounds = 0;
  for (let study = 0; total < kills; study++) {
    const given = {
      folder: join(base, `study-${study}`),
      acknowledged: join(base, `acknowledged-${study}`),
      ...{ trials: 40, parallel },
    };
    for (let done = false; !done; rounds++) {
      const end = await start(given, total < kills ? chance : undefined);
      total += end.kills;
      done = end.done;
    }
    const wrong = await check(given);
    if (wrong.length > 0) {
      console.error(`study ${study} in ${given.folder}:\n${wrong.join("\n")}`);
      process.exit(1);
    }
    console.log(`study ${study}: right after ${total} kills in ${rounds} runs`);
  }
  rmSync(base, { recursive: true, force: true });
}

const [first = "200", second = "1", third = "2"] = process.argv.slice(2);
if (first === "--run") await run(JSON.parse(second) as Run);
else await main(Number(first), Number(second), Number(third));
