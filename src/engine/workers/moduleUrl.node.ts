import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { refusal } from "../options.js";

/**
 * The URL by which any process on this machine can import a module.
 *
 * @param module its `file:` URL or absolute path
 * @throws ImagoError on anything else: what a relative path is relative to, other processes do not know
 */
export function moduleUrl(where: string, name: string, module: URL | string): string {
  const href = module instanceof URL ? module.href : isAbsolute(module) ? pathToFileURL(module).href : module;
  if (href.startsWith("file:")) return href;
  throw refusal(where, name, "the URL or the absolute path of a module", href);
}
