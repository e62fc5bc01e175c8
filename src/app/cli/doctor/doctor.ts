import os from "node:os";
import { type RuntimeInfo, runTinySession, runtimeInfo } from "../../../engine/runtime/backends.js";
import { colors } from "../shell/colours.js";
import { QuietFailure, type Register } from "../shell/run.js";

/** What the doctor asks of the machine. Handed in, so that tests can be every machine. */
export interface Machine {
  /** `process.versions.node`: `"20.19.0"`. */
  readonly nodeVersion: string;
  /** `"linux x64"`. */
  readonly platform: string;
  /** Empty where the system does not say. */
  readonly cpuModel: string;
  readonly cpuCount: number;
  /** CPUs this process may use: containers and affinity masks give fewer than there are. */
  readonly parallelism: number;
  /** Bytes this process could still allocate, container limits included. */
  readonly availableMemory: number;
  /** Bytes. */
  readonly totalMemory: number;
  readonly runtimeInfo: () => Promise<RuntimeInfo>;
  /** Resolves to milliseconds. */
  readonly runTinySession: () => Promise<number>;
}

/** One line of the doctor's report. */
export interface Finding {
  readonly name: string;
  readonly value: string;
  /** `"note"` works, with a limit worth knowing; `"broken"` must be mended before Imago runs. */
  readonly state: "good" | "note" | "broken";
  /** How to mend it, or what the limit means. */
  readonly help?: string;
}

const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The machine this process runs on. */
export function thisMachine(): Machine {
  const cpus = os.cpus();
  return {
    nodeVersion: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpuModel: cpus[0]?.model.trim() ?? "",
    cpuCount: cpus.length,
    parallelism: os.availableParallelism(),
    availableMemory: process.availableMemory(),
    totalMemory: os.totalmem(),
    runtimeInfo,
    runTinySession: () => runTinySession(),
  };
}

/** Looks at everything Imago needs. Never throws: whatever is broken is a finding. */
export async function examine(machine: Machine): Promise<Finding[]> {
  const findings: Finding[] = [];

  const [major = 0, minor = 0] = machine.nodeVersion.split(".").map(Number);
  const nodeIsNew = major > 20 || (major === 20 && minor >= 19);
  findings.push({
    name: "Node.js",
    value: machine.nodeVersion,
    ...(nodeIsNew
      ? { state: "good" }
      : { state: "broken", help: "Imago needs 20.19 or newer: https://nodejs.org/en/download" }),
  });
  findings.push({ name: "Platform", value: machine.platform, state: "good" });

  const model = machine.cpuModel === "" ? "" : ` (${machine.cpuModel})`;
  findings.push({ name: "CPUs", value: `${machine.cpuCount}${model}`, state: "good" });
  findings.push({
    name: "Threads",
    value: `${machine.parallelism}`,
    ...(machine.parallelism < machine.cpuCount
      ? {
          state: "note",
          help: `This process may use ${machine.parallelism} of ${machine.cpuCount} CPUs: a container or an affinity mask limits it.`,
        }
      : { state: "good" }),
  });

  const memory = `${gibibytes(machine.availableMemory)} free of ${gibibytes(machine.totalMemory)}`;
  findings.push({
    name: "Memory",
    value: memory,
    ...(machine.availableMemory < 2 ** 30
      ? { state: "note", help: "Under 1 GiB, train with small batches or close other programs." }
      : { state: "good" }),
  });

  try {
    const { version, backends } = await machine.runtimeInfo();
    findings.push({ name: "ONNX Runtime", value: version, state: "good" });
    const bundled = backends.filter((backend) => backend.bundled).map((backend) => backend.name);
    const others = backends.filter((backend) => !backend.bundled).map((backend) => backend.name);
    findings.push({
      name: "Providers",
      value: bundled.join(", "),
      ...(others.length > 0
        ? {
            state: "note",
            help:
              `${others.join(" and ")} would need libraries that onnxruntime-node's install script downloads. ` +
              "Imago does not need them. Where that download is blocked, install with npm's --ignore-scripts.",
          }
        : { state: "good" }),
    });
  } catch (error) {
    findings.push({ name: "ONNX Runtime", value: "does not load", state: "broken", help: messageOf(error) });
    return findings;
  }

  try {
    const milliseconds = await machine.runTinySession();
    findings.push({ name: "Session", value: `runs (${milliseconds.toFixed(1)} ms)`, state: "good" });
  } catch (error) {
    findings.push({
      name: "Session",
      value: "does not run",
      state: "broken",
      help: `${messageOf(error)} Install again with npm ci; if it stays, report it with this whole output.`,
    });
  }
  return findings;
}

/** The findings as text, one line each and help indented below. */
export function format(findings: readonly Finding[]): string {
  const marks = { good: colors.green("✓"), note: colors.yellow("•"), broken: colors.red("✗") };
  const width = Math.max(...findings.map((finding) => finding.name.length));
  const lines = findings.flatMap(({ name, value, state, help }) => [
    `${marks[state]} ${name.padEnd(width)}  ${value}`,
    ...(help === undefined ? [] : [colors.dim(`  ${" ".repeat(width)}  ${help}`)]),
  ]);
  const broken = findings.filter((finding) => finding.state === "broken").length;
  const verdict =
    broken === 0
      ? "Imago is ready."
      : `${broken === 1 ? "One thing" : `${broken} things`} must be mended before Imago runs.`;
  return `${lines.join("\n")}\n\n${verdict}\n`;
}

/** `imago doctor`. */
export const register: Register = (command) => {
  command.action(async () => {
    const findings = await examine(thisMachine());
    process.stdout.write(format(findings));
    if (findings.some((finding) => finding.state === "broken")) throw new QuietFailure();
  });
};
