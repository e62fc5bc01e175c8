import { acquireLock, type Lock } from "../../../../engine/files/lock/acquireLock.js";

/** Milliseconds that a process whose parent was killed may need until it ends, too. */
const patience = 10_000;

/**
 * Lets one process at a time write a member. Where a run was killed, one of its workers may still be at the end of a step;
 * it is waited for.
 *
 * @param folder the member's; the lock is a file beside it
 * @throws ImagoError where another process goes on with it
 */
export function lockMember(folder: string): Promise<Lock> {
  return acquireLock(`${folder}.lock`, { of: folder, beats: true, patience });
}
