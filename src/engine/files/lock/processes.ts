import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { codeOf } from "../layer.js";

/** Which process on which machine, so that no later one is taken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in the system's own terms; absent where the system does not say. */
  readonly start?: string | undefined;
  /** Which run of the machine; absent where the system does not say. */
  readonly boot?: string | undefined;
  readonly host: string;
  /** The space in which the process number counts: containers have their own. */
  readonly space?: string | undefined;
}

/** How the processes of this machine are told apart. */
export interface Processes {
  /** This process. */
  self(): ProcessIdentity;
  /** Whether there is a process of that number. */
  exists(pid: number): boolean;
  /** When a process began; `undefined` if there is none, if it has ended, or if the system does not say. */
  startOf(pid: number): string | undefined;
}

/** Whether a process lives; `"elsewhere"` where this machine cannot know, `"unsure"` where only its number is known to be used. */
export type Life = "alive" | "dead" | "elsewhere" | "unsure";

/** What can be said of a process that wrote down its identity. */
export function lifeOf(identity: ProcessIdentity, processes: Processes = realProcesses): Life {
  const self = processes.self();
  const known = identity.boot !== undefined && self.boot !== undefined;
  const sameBoot = known && identity.boot === self.boot;
  // Names of machines change with the network; no two runs of machines have the same number.
  if (identity.host !== self.host && !sameBoot) return "elsewhere";
  if (known && !sameBoot) return "dead";
  if (identity.space !== self.space) return "elsewhere";
  if (!processes.exists(identity.pid)) return "dead";
  // A system that tells when this process began tells it of every other too, unless that one has ended.
  if (identity.start === undefined || self.start === undefined) return "unsure";
  return processes.startOf(identity.pid) === identity.start ? "alive" : "dead";
}

export const realProcesses: Processes = {
  self: () => {
    known ??= {
      pid: process.pid,
      start: realProcesses.startOf(process.pid),
      boot: attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
      host: hostname(),
      space: attempt(() => readlinkSync("/proc/self/ns/pid")),
    };
    return known;
  },
  exists: (pid) => {
    try {
      return process.kill(pid, 0);
    } catch (error) {
      // Anything else says that it belongs to someone else.
      return codeOf(error) !== "ESRCH";
    }
  },
  startOf: (pid) => (process.platform === "linux" ? linuxStart(pid) : listedStart(pid)),
};

let known: ProcessIdentity | undefined;

function attempt<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

function linuxStart(pid: number): string | undefined {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The name before it, in brackets, may hold anything.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  // Killed, and not yet taken note of by its parent.
  if (fields === undefined || fields[0] === "Z" || fields[0] === "X") return undefined;
  return fields[19];
}

/** As macOS and the BSDs tell it. */
function listedStart(pid: number): string | undefined {
  if (process.platform === "win32") return undefined;
  return attempt(() => {
    const options: ExecFileSyncOptionsWithStringEncoding = {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, LC_ALL: "C" },
    };
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], options).trim() || undefined;
  });
}
