import { ImagoError } from "../../engine/errors.js";

/** Whether a text is meant as an address, not as a name or a path. */
export const isAddress = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);

/** Whether a text is meant as the path of a model, not as its name. */
export const isModelPath = (text: string): boolean => /\.onnx$|[/\\]/i.test(text);

/**
 * The name of the model at an address: its last segment without `.onnx`.
 *
 * @throws ImagoError when that is no name
 */
export function nameFromAddress(address: string): string {
  const { pathname } = parseAddress(address);
  const segment = decoded(pathname.slice(pathname.lastIndexOf("/") + 1));
  const name = /^(.+)\.onnx$/i.exec(segment)?.[1];
  if (name !== undefined && isModelName(name)) return name;
  throw new ImagoError(
    name === undefined
      ? `${address} does not end in the name of an .onnx file.`
      : `${address} ends in ${JSON.stringify(segment)}, which is no name for a model here.`,
    { help: "Give the model a name: --name NAME" },
  );
}

/**
 * The address in full, checked as far as it can be without asking.
 *
 * @throws ImagoError when it is none, not of the web, or has a password in it
 */
export function parseAddress(address: string): URL {
  let url: URL;
  try {
    url = new URL(address);
  } catch (cause) {
    throw new ImagoError(`${JSON.stringify(address)} is no address.`, { cause });
  }
  if (!/^https?:$/.test(url.protocol)) throw new ImagoError(`${address} is no https address.`);
  // It would be kept beside the model, and shown in the list.
  if (url.username !== "" || url.password !== "") {
    throw new ImagoError(`The address at ${url.host} has a user's name or password in it.`, {
      help: "Files that need a login must be downloaded by hand.",
    });
  }
  // No server is ever sent it.
  url.hash = "";
  return url;
}

/** Whether a model can be called so: its file is, and a name must not be taken for a path. */
export function isModelName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) && !/\.(onnx)?$/i.test(name);
}

/** @throws ImagoError when a model cannot be called so */
export function checkModelName(name: string): void {
  if (isModelName(name)) return;
  throw new ImagoError(`A model cannot be called ${JSON.stringify(name)}.`, {
    help: 'Names have up to 100 letters, digits, ".", "-" and "_", begin with a letter or digit, and do not end in ".onnx".',
  });
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
