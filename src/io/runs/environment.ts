import { execFile } from "node:child_process";
import os from "node:os";
import { promisify } from "node:util";
import { runtimeInfo } from "../../engine/runtime/backends.js";
import { ownPackage } from "../packageFolder.js";
import type { RunCommit, RunMachine, RunVersions } from "./summary.js";

/** What a run runs on. */
export interface Environment {
  readonly versions: RunVersions;
  readonly git?: RunCommit | undefined;
  readonly machine: RunMachine;
}

let known: Promise<Environment> | undefined;

/** What this process runs on, as it was when first asked for. Never rejects: what cannot be told is left out. */
export function environment(): Promise<Environment> {
  known ??= look();
  return known;
}

async function look(): Promise<Environment> {
  const [onnxruntime, git] = await Promise.all([
    runtimeInfo().then(
      ({ version }) => version,
      () => undefined,
    ),
    commit().catch(() => undefined),
  ]);
  const cpus = os.cpus();
  return {
    versions: { imago: imagoVersion(), node: process.versions.node, onnxruntime },
    git,
    machine: {
      host: os.hostname(),
      platform: `${process.platform} ${process.arch}`,
      cpu: cpus[0]?.model.trim() ?? "",
      cores: os.availableParallelism(),
      memory: os.totalmem(),
    },
  };
}

async function commit(): Promise<RunCommit> {
  const options = { timeout: 2_000, windowsHide: true } as const;
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)("git", args, options)).stdout.trim();
  const head = await git("rev-parse", "HEAD");
  return { commit: head, changed: (await git("status", "--porcelain", "--untracked-files=no")) !== "" };
}

export const imagoVersion = (): string => ownPackage()?.version ?? "unknown";
