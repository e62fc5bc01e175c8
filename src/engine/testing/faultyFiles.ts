import { type FileLayer, realFiles } from "../files/layer.js";

/** A call that goes wrong. */
export interface Fault {
  readonly call: keyof FileLayer;
  /** Which of the calls, from 1. Default: 1. */
  readonly at?: number | undefined;
  /** How many calls from there. Default: 1. */
  readonly times?: number | undefined;
  /** The code of the error; `"short"` for a write that takes only a part. */
  readonly does: "short" | "ENOSPC" | "EIO" | "EACCES" | "EROFS";
  /** How many bytes a short write takes. Default: half. */
  readonly bytes?: number | undefined;
  /** Only calls to files whose path ends so. Default: all. */
  readonly path?: string | undefined;
}

export interface FaultyFiles extends FileLayer {
  /** Faults from now on; their counts begin anew. */
  inject(...faults: readonly Fault[]): void;
  /** How often a call was made since the last injection. */
  count(call: keyof FileLayer): number;
  /** How much of a file is on the disk for certain. */
  synced(path: string): number;
}

/** The real files, with faults. */
export function faultyFiles(...faults: readonly Fault[]): FaultyFiles {
  const state = new FaultState(faults);
  const through = <K extends keyof FileLayer>(call: K, path: (args: Parameters<FileLayer[K]>) => string) =>
    ((...args: Parameters<FileLayer[K]>) => {
      const fault = state.next(call, path(args));
      if (fault !== undefined && fault.does !== "short") throw systemError(fault.does, call);
      return Reflect.apply(realFiles[call], realFiles, args);
    }) as FileLayer[K];
  const byPath = ([path]: readonly unknown[]): string => String(path);
  const byFile = ([file]: readonly unknown[]): string => state.paths.get(Number(file)) ?? "";
  const openSync = through("openSync", byPath);
  const ftruncateSync = through("ftruncateSync", byFile);
  return {
    openSync: (path, flags) => {
      const file = openSync(path, flags);
      state.paths.set(file, path);
      return file;
    },
    closeSync: through("closeSync", byFile),
    readSync: through("readSync", byFile),
    writeSync: (file, bytes) => state.write(file, bytes),
    ftruncateSync: (file, length) => {
      ftruncateSync(file, length);
      state.cut(byFile([file]), length);
    },
    fsyncSync: (file) => state.sync("fsyncSync", file),
    fsync: async (file) => state.sync("fsync", file),
    sizeSync: through("sizeSync", byFile),
    changedSync: through("changedSync", byPath),
    touchSync: through("touchSync", byPath),
    renameSync: through("renameSync", byPath),
    linkSync: through("linkSync", byPath),
    unlinkSync: through("unlinkSync", byPath),
    mkdirSync: through("mkdirSync", byPath),
    readdirSync: through("readdirSync", byPath),
    inject: (...more) => state.inject(more),
    count: (call) => state.counts.get(call) ?? 0,
    synced: (path) => state.synced.get(path) ?? 0,
  };
}

class FaultState {
  readonly paths = new Map<number, string>();
  readonly synced = new Map<string, number>();
  /** Files of which a sync failed: what had been written is lost, though later syncs succeed, until it is written anew. */
  readonly lost = new Set<string>();
  readonly counts = new Map<string, number>();
  #faults: { readonly fault: Fault; seen: number }[] = [];

  constructor(faults: readonly Fault[]) {
    this.inject(faults);
  }

  inject(faults: readonly Fault[]): void {
    this.#faults = faults.map((fault) => ({ fault, seen: 0 }));
    this.counts.clear();
  }

  next(call: keyof FileLayer, path: string): Fault | undefined {
    this.counts.set(call, (this.counts.get(call) ?? 0) + 1);
    for (const one of this.#faults) {
      const { at = 1, times = 1, path: end = "", call: wanted } = one.fault;
      if (wanted !== call || !path.endsWith(end)) continue;
      one.seen++;
      if (one.seen >= at && one.seen < at + times) return one.fault;
    }
    return undefined;
  }

  write(file: number, bytes: Uint8Array): number {
    const fault = this.next("writeSync", this.paths.get(file) ?? "");
    if (fault === undefined) return realFiles.writeSync(file, bytes);
    if (fault.does !== "short") throw systemError(fault.does, "writeSync");
    const length = Math.min(fault.bytes ?? bytes.length >> 1, bytes.length - 1);
    return realFiles.writeSync(file, bytes.subarray(0, length));
  }

  cut(path: string, length: number): void {
    const synced = this.synced.get(path) ?? 0;
    this.synced.set(path, Math.min(synced, length));
    if (length <= synced) this.lost.delete(path);
  }

  /** No test waits for a disk: what would be on it is only remembered. */
  sync(call: "fsync" | "fsyncSync", file: number): void {
    const path = this.paths.get(file) ?? "";
    const fault = this.next(call, path);
    if (fault !== undefined) {
      this.lost.add(path);
      throw systemError(fault.does, call);
    }
    if (!this.lost.has(path)) this.synced.set(path, realFiles.sizeSync(file));
  }
}

function systemError(code: string, call: string): Error {
  return Object.assign(new Error(`${code}: injected, ${call}`), { code });
}
