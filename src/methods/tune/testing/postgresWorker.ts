/**
 * A worker of a study on PostgreSQL, for tests that kill it: `node --import tsx postgresWorker.ts JSON`. Says on its output what it
 * does, a line each, and ends quietly on SIGTERM.
 */
import { fileURLToPath } from "node:url";
import { openStudy, type StorageOptions } from "../index.js";
import { space } from "./quadratic.objective.js";

export interface PostgresWorker {
  readonly storage: StorageOptions;
  readonly name: string;
  readonly trials: number;
  readonly parallel?: number | undefined;
  readonly folder?: string | undefined;
}

const script = fileURLToPath(new URL("./quadratic.objective.ts", import.meta.url));
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const { storage, name, trials, parallel = 1, folder } = JSON.parse(process.argv[2] ?? "") as PostgresWorker;
const control = new AbortController();
process.once("SIGTERM", () => control.abort(new Error("it was told to end")));
const study = await openStudy({ space, seed: 8, sampler: "random", storage, name, folder });
say("open");
await study.run(
  { script },
  {
    ...{ trials, parallel, threads: 1, attempts: 50, signal: control.signal },
    onTrial: ({ number, state, value }) => {
      // What was given away meanwhile is somebody else's.
      if (state === "running") say(`begun ${number}`);
      else if (state !== "waiting") say(`ended ${JSON.stringify([number, state, value ?? null])}`);
    },
  },
);
await study.close();
say("done");
