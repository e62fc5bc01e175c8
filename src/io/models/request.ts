import type { Dispatcher } from "undici";
import { ImagoError } from "../../engine/errors.js";
import {
  abortSignal,
  type FieldsOf,
  having,
  largestExact,
  number,
  optional,
  type ReadOf,
  readOptions,
  record,
} from "../../engine/options.js";

/** Milliseconds. */
export interface Timeouts {
  /** Until the connection stands. */
  readonly connect: number;
  /** Without a byte, before the answer and in between. */
  readonly silence: number;
}

/** How servers are asked. */
export interface RequestSettings {
  /** Names the proxies. Default: the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Default: 20 s to connect, 30 s of silence. */
  readonly timeouts?: Timeouts | undefined;
}

const timeoutFields = {
  connect: number({ min: 0 }),
  silence: number({ min: 0 }),
} satisfies FieldsOf<Timeouts>;

/** How {@link RequestSettings} are read. */
export const requestFields = {
  environment: optional(having<NonNullable<RequestSettings["environment"]>>("an object")),
  timeouts: optional(record(timeoutFields)),
} satisfies FieldsOf<RequestSettings>;

/** The HTTP client, loaded when the first server is asked: it takes a while, and most calls need none. */
const client = () => import("undici");

/**
 * What requests go through: directly, or the proxy that the environment names for the address (`HTTPS_PROXY`,
 * `HTTP_PROXY`, `NO_PROXY`, in capitals or not).
 */
export async function dispatcherFrom(settings: ReadOf<typeof requestFields>): Promise<Dispatcher> {
  const { environment = process.env, timeouts = { connect: 20_000, silence: 30_000 } } = settings;
  const read = (name: string): string => environment[name.toLowerCase()] || environment[name] || "";
  const proxy = (name: string): string => proxyUrl(name, read(name));
  const { EnvHttpProxyAgent } = await client();
  return new EnvHttpProxyAgent({
    httpProxy: proxy("HTTP_PROXY"),
    httpsProxy: proxy("HTTPS_PROXY"),
    noProxy: read("NO_PROXY"),
    connect: { timeout: timeouts.connect },
    headersTimeout: timeouts.silence,
    bodyTimeout: timeouts.silence,
  });
}

/** As curl and git take it: without a scheme it is an HTTP proxy. @throws ImagoError on what is none, naming the variable */
function proxyUrl(name: string, value: string): string {
  if (value === "") return "";
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (/^https?:\/\/[^/]/i.test(url) && URL.canParse(url)) return url;
  throw new ImagoError(`${name}: expected the address of an HTTP proxy, received ${JSON.stringify(value)}.`, {
    help: "Write it as http://host:port, or leave the variable out.",
  });
}

const mostRedirects = 5;
const isLoopback = ({ hostname }: URL): boolean => ["127.0.0.1", "[::1]", "localhost"].includes(hostname);

/** What a server answers. */
export interface Answer {
  /** Who answered: after redirects another address than was asked for first. */
  readonly url: URL;
  readonly status: number;
  /** By their names in lower case; of a header that came several times, the values with commas between. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Dispatcher.ResponseData["body"];
}

export interface GetOptions {
  readonly dispatcher: Dispatcher;
  /** The byte to begin at. Default: the first. */
  readonly from?: number | undefined;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

const getFields = {
  dispatcher: having<Dispatcher>("a dispatcher of undici", "dispatch"),
  from: number({ default: 0, min: 0, max: largestExact, integer: true }),
  headers: optional(having<NonNullable<GetOptions["headers"]>>("an object")),
  signal: abortSignal,
} satisfies FieldsOf<GetOptions>;

/**
 * GETs a file, following at most five redirects.
 *
 * Only https is spoken; plain http is for a server on this machine that was asked for by its own address, so that
 * no server elsewhere can send the request here.
 *
 * @throws ImagoError when an address is refused or there are too many redirects; what undici throws when the
 *   connection fails or nothing comes for too long
 */
export async function get(address: string, options: GetOptions): Promise<Answer> {
  const answers = follow(address, options);
  while (true) {
    const { value, done } = await answers.next();
    if (done === true) return value;
  }
}

/** As {@link get}, and yields the redirects on the way. Who does not go on after one must {@link discard} it. */
export async function* follow(address: string, options: GetOptions): AsyncGenerator<Answer, Answer> {
  const settings = readOptions("get", options, getFields);
  const local = isLoopback(parse(address));
  let url = parse(address);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    if (!isSpoken(url, local)) {
      throw new ImagoError(`${address}: it leads to ${url.origin}, which is no https address.`);
    }
    const answer = await ask(url, settings);
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
    yield answer;
    await answer.body.dump();
    url = parse(location, url);
  }
  throw new ImagoError(`${address}: more than ${mostRedirects} redirects.`);
}

/** Lets go of an answer whose body nobody reads. */
export function discard({ body }: Answer): void {
  body.on("error", () => {}).destroy();
}

function isSpoken(url: URL, local: boolean): boolean {
  return url.protocol === "https:" || (local && url.protocol === "http:" && isLoopback(url));
}

async function ask(
  url: URL,
  { dispatcher, from, headers: further, signal }: ReadOf<typeof getFields>,
): Promise<Answer> {
  const { request } = await client();
  const { statusCode, headers, body } = await request(url, {
    dispatcher,
    headers: {
      "user-agent": "imago",
      // Compressed, ranges and lengths would be of something else than the file.
      "accept-encoding": "identity",
      ...(from > 0 ? { range: `bytes=${from}-` } : {}),
      ...further,
    },
    ...(signal === undefined ? {} : { signal }),
  });
  const single = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : value,
  ]);
  return { url, status: statusCode, headers: Object.fromEntries(single), body };
}

function parse(address: string, base?: URL): URL {
  try {
    return new URL(address, base);
  } catch (cause) {
    throw new ImagoError(`${JSON.stringify(address)} is no address.`, { cause });
  }
}
