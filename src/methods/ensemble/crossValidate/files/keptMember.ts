import { ImagoError } from "../../../../engine/errors.js";
import { hasFiles } from "../../../../nn/files/folder.js";
import type { MemberResult } from "../memberResult.js";
import { lockMember } from "./lockMember.js";
import { readMember } from "./memberFiles.js";

/**
 * A member that an earlier run finished, when nobody writes it any more.
 *
 * @returns nothing where it is not finished
 * @throws ImagoError where its files are damaged, or another process goes on with it
 */
export async function keptMember(folder: string): Promise<MemberResult | undefined> {
  if (!(await hasFiles(folder))) return undefined;
  const lock = await lockMember(folder);
  try {
    return await readMember(folder);
  } catch (cause) {
    if (!(cause instanceof ImagoError)) throw cause;
    throw new ImagoError(cause.message, {
      help: `Delete ${folder}, and this member is trained again; the others are kept.`,
      cause,
    });
  } finally {
    lock.release();
  }
}
