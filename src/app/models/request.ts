import { type Dispatcher, EnvHttpProxyAgent, request } from "undici";
import { ImagoError } from "../../engine/errors.js";

/** Milliseconds. */
export interface Timeouts {
  /** Until the connection stands. */
  readonly connect: number;
  /** Without a byte, before the answer and in between. */
  readonly silence: number;
}

/**
 * What requests go through: directly, or the proxy that the environment names for the address (`HTTPS_PROXY`,
 * `HTTP_PROXY`, `NO_PROXY`, in capitals or not).
 */
export function dispatcherFrom(
  environment: Readonly<Record<string, string | undefined>>,
  { connect, silence }: Timeouts,
): Dispatcher {
  const read = (name: string): string => environment[name.toLowerCase()] || environment[name] || "";
  return new EnvHttpProxyAgent({
    httpProxy: read("HTTP_PROXY"),
    httpsProxy: read("HTTPS_PROXY"),
    noProxy: read("NO_PROXY"),
    connect: { timeout: connect },
    headersTimeout: silence,
    bodyTimeout: silence,
  });
}

const mostRedirects = 5;
const isLoopback = ({ hostname }: URL): boolean => ["127.0.0.1", "[::1]", "localhost"].includes(hostname);

/** An answer that is no redirect. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Dispatcher.ResponseData["body"];
}

/**
 * GETs a file, following at most five redirects.
 *
 * Only https is spoken; plain http is for a server on this machine that was asked for by its own address, so that
 * no server elsewhere can send the request here.
 *
 * @throws ImagoError when an address is refused or there are too many redirects; what undici throws when the
 *   connection fails or nothing comes for too long
 */
export async function get(
  address: string,
  options: {
    readonly dispatcher: Dispatcher;
    readonly from: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Answer> {
  const { dispatcher, from, signal } = options;
  const local = isLoopback(parse(address));
  let url = parse(address);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    if (url.protocol !== "https:" && !(local && url.protocol === "http:" && isLoopback(url))) {
      throw new ImagoError(`${address}: it leads to ${url.origin}, which is no https address.`);
    }
    const { statusCode, headers, body } = await request(url, {
      dispatcher,
      headers: {
        "user-agent": "imago",
        // Compressed, ranges and lengths would be of something else than the file.
        "accept-encoding": "identity",
        ...(from > 0 ? { range: `bytes=${from}-` } : {}),
      },
      ...(signal === undefined ? {} : { signal }),
    });
    const location = headers.location;
    if (![301, 302, 303, 307, 308].includes(statusCode) || typeof location !== "string") {
      const single = Object.entries(headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value[0] : value,
      ]);
      return { status: statusCode, headers: Object.fromEntries(single), body };
    }
    await body.dump();
    url = parse(location, url);
  }
  throw new ImagoError(`${address}: more than ${mostRedirects} redirects.`);
}

function parse(address: string, base?: URL): URL {
  try {
    return new URL(address, base);
  } catch (cause) {
    throw new ImagoError(`${JSON.stringify(address)} is no address.`, { cause });
  }
}
