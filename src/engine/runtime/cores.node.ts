import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

/** The file at `path`, or nothing where there is none, as on other systems than Linux. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** Cores' worth of time in a period: `max` and negative numbers set no limit. */
function quotient(quota: string | undefined, period: string | undefined): number | undefined {
  const [time, of] = [Number(quota), Number(period)];
  return time > 0 && of > 0 ? time / of : undefined;
}

/** Where the control group of this process lies, by the kind of its hierarchy. */
function groupPaths(root: string): { readonly unified: string; readonly cpu: string } {
  const lines = (textOf(join(root, "proc/self/cgroup")) ?? "").split("\n").map((line) => line.split(":"));
  const pathOf = (isMeant: (controllers: string) => boolean): string =>
    lines.find(([, controllers = ""]) => isMeant(controllers))?.[2] ?? "/";
  return {
    unified: pathOf((controllers) => controllers === ""),
    cpu: pathOf((controllers) => controllers.split(",").includes("cpu")),
  };
}

/** A folder and those around it, up to the root of the hierarchy: each may set a limit. */
function upwards(path: string): string[] {
  const names = path.split("/").filter(Boolean);
  return Array.from({ length: names.length + 1 }, (_, count) =>
    names.slice(0, names.length - count).join("/"),
  );
}

/**
 * The cores' worth of time that a container's control group lets this process use, versions 1 and 2. Node itself, up to version 20,
 * counts the cores that it sees.
 *
 * @param root where `proc` and `sys` lie. Default: "/".
 * @returns `undefined` where nothing is limited, or it cannot be read
 */
export function coreLimit(root = "/"): number | undefined {
  const { unified, cpu } = groupPaths(root);
  const limits = [
    ...upwards(unified).map((path) => {
      const [quota, period] = (textOf(join(root, "sys/fs/cgroup", path, "cpu.max")) ?? "").split(" ");
      return quotient(quota, period);
    }),
    ...upwards(cpu).map((path) => {
      const of = (name: string): string | undefined => textOf(join(root, "sys/fs/cgroup/cpu", path, name));
      return quotient(of("cpu.cfs_quota_us"), of("cpu.cfs_period_us"));
    }),
  ].filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** The cores that this process may use, whole ones: those it sees, or fewer where a container limits it. At least 1. */
export function coresOfMachine(root?: string): number {
  const seen = availableParallelism();
  return Math.max(1, Math.floor(Math.min(seen, coreLimit(root) ?? seen)));
}
