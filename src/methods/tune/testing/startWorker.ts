import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { PostgresWorker } from "./postgresWorker.js";

const program = fileURLToPath(new URL("./postgresWorker.ts", import.meta.url));

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A process that works on a study on PostgreSQL. */
export interface StartedWorker {
  readonly child: ChildProcess;
  /** Its exit code. */
  readonly over: Promise<number | null>;
  /** Resolves when it has said something. @throws where it ends before */
  says(text: RegExp): Promise<void>;
  /** What it has said until now. */
  output(): string;
  readonly log: string;
}

/**
 * @param pauses milliseconds that a step takes
 * @param log where the objective notes what it does
 */
export function startWorker(
  given: PostgresWorker,
  { pauses, log }: { readonly pauses: number; readonly log: string },
): StartedWorker {
  const args = ["--import", "tsx", program, JSON.stringify(given)];
  const env = { ...process.env, IMAGO_TEST_PAUSE: String(pauses), IMAGO_TEST_LOG: log };
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return {
    ...{ child, log, output: () => output },
    over: new Promise((resolve) => child.on("close", resolve)),
    says: async (text) => {
      while (!text.test(output)) {
        if (child.exitCode !== null) throw new Error(`It ended without ${text}:\n${output}`);
        await sleep(10);
      }
    },
  };
}
