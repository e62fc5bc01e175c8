import type { Dispatcher } from "undici";
import { callable, type FieldsOf, optional, type ReadOf, readOptions, text } from "../../engine/options.js";
import { statedDigests, statedSize } from "./digests.js";
import type { DownloadFile } from "./download.js";
import { downloadError, explained, Interrupted, isPassing } from "./downloadFailure.js";
import {
  type LfsPointer,
  lfsFileAddress,
  lfsPointerAddress,
  mostPointerBytes,
  readLfsPointer,
} from "./gitLfs.js";
import {
  type Answer,
  discard,
  dispatcherFrom,
  follow,
  get,
  type RequestSettings,
  requestFields,
} from "./request.js";
import { type RetryOptions, retry, retryFields } from "./retry.js";
import { throughProxy } from "./throughProxy.js";

export interface StatedFileOptions extends RetryOptions, RequestSettings {
  /** The digest that the file must have, in hexadecimal digits. Default: what the hub states. */
  readonly sha256?: string | undefined;
  /** Where the Git LFS pointer of an address is. Default: as on GitHub. */
  readonly pointerAddress?: ((url: URL) => string | undefined) | undefined;
}

const fields = {
  ...retryFields,
  ...requestFields,
  sha256: optional(text()),
  pointerAddress: optional(callable<NonNullable<StatedFileOptions["pointerAddress"]>>()),
} satisfies FieldsOf<StatedFileOptions>;

type Settings = ReadOf<typeof fields>;

/**
 * Asks a hub for size and SHA-256 of a file, without downloading it: what Hugging Face says of the files that its
 * `resolve` addresses lead to, the `Repr-Digest` and `Content-Digest` of RFC 9530, the `Digest` of RFC 3230, and the
 * Git LFS pointer of files on GitHub.
 *
 * @throws ImagoError when the hub cannot be reached or has no such file; when nothing states size or digest, or two
 *   statements contradict each other
 */
export async function statedFile(address: string, options: StatedFileOptions = {}): Promise<DownloadFile> {
  const settings = readOptions("statedFile", options, fields);
  const dispatcher = await dispatcherFrom(settings);
  const inquiry = new Inquiry(address, dispatcher, settings);
  try {
    return await retry(() => inquiry.once(), settings);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw downloadError(
      address,
      error.message + throughProxy(address, settings.environment),
      "Try again.",
      error,
    );
  } finally {
    await dispatcher.destroy();
  }
}

interface Stated {
  readonly bytes: number | undefined;
  readonly digests: readonly string[];
}

class Inquiry {
  readonly #address: string;
  readonly #dispatcher: Dispatcher;
  readonly #options: Settings;

  constructor(address: string, dispatcher: Dispatcher, options: Settings) {
    this.#address = address;
    this.#dispatcher = dispatcher;
    this.#options = options;
  }

  async once(): Promise<DownloadFile> {
    const { bytes, digests } = await this.#stated().catch((error: unknown) => {
      throw explained(error);
    });
    const [first, second] = digests;
    if (second !== undefined) {
      throw this.#error(`the server states two different SHA-256 of it, ${first} and ${second}`);
    }
    const sha256 = this.#options.sha256 ?? first;
    if (sha256 === undefined) {
      throw this.#error(
        "the server states no SHA-256 of it, so what arrives could not be checked",
        "If you know it, give it with --sha256; else download the file by hand, and name its path.",
      );
    }
    if (first !== undefined && first !== sha256) {
      throw this.#error(`the server states that its SHA-256 is ${first}, not ${sha256} as was asked for`);
    }
    if (bytes === undefined) {
      throw this.#error("the server does not say how large it is", "Download it by hand, and name its path.");
    }
    return { address: this.#address, bytes, sha256 };
  }

  /** Follows the redirects until both are known. */
  async #stated(): Promise<Stated> {
    // A GET, as addresses that are signed for it answer no HEAD.
    const answers = follow(this.#address, {
      dispatcher: this.#dispatcher,
      headers: { "want-repr-digest": "sha-256=10", "want-digest": "sha-256" },
      signal: this.#options.signal,
    });
    let bytes: number | undefined;
    let digests: readonly string[] = [];
    while (true) {
      const { value: answer, done = false } = await answers.next();
      bytes ??= statedSize(answer.headers, done);
      digests = [...new Set([...digests, ...statedDigests(answer.headers, done)])];
      if (!done && (bytes === undefined || digests.length === 0)) continue;
      try {
        if (done) this.#check(answer);
        const pointer = digests.length === 0 ? await this.#pointer(answer) : undefined;
        return pointer === undefined
          ? { bytes, digests }
          : { bytes: pointer.bytes, digests: [pointer.sha256] };
      } finally {
        discard(answer);
      }
    }
  }

  /** What Git LFS states of a file where its headers say nothing. */
  async #pointer(answer: Answer): Promise<LfsPointer | undefined> {
    if ((await pointerIn(answer)) !== undefined) {
      const file = lfsFileAddress(answer.url);
      throw this.#error(
        "there is a Git LFS pointer, not the file",
        file === undefined ? "Take the address of the file itself." : `The file itself is at ${file}`,
      );
    }
    const address = (this.#options.pointerAddress ?? lfsPointerAddress)(answer.url);
    if (address === undefined) return undefined;
    const { signal } = this.#options;
    const beside = await get(address, { dispatcher: this.#dispatcher, signal });
    try {
      if (isPassing(beside.status)) throw new Interrupted(`the server answers ${beside.status}`);
      return beside.status === 200 ? await pointerIn(beside) : undefined;
    } finally {
      discard(beside);
    }
  }

  #check({ status, headers }: Answer): void {
    if (isPassing(status)) throw new Interrupted(`the server answers ${status}`);
    if (status !== 200) {
      const help =
        status === 401 || status === 403
          ? "Files that need a login must be downloaded by hand; hubs also answer so where there is nothing."
          : "";
      throw this.#error(`the server answers ${status}`, help || "Check the address.");
    }
    const encoding = headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity") {
      throw this.#error(`the server sends it compressed (${encoding})`, "Download it by hand.");
    }
    if (/^text\/html\b/i.test(headers["content-type"] ?? "")) {
      throw this.#error(
        "there is a page, not a file",
        "Take the address of the download: where that of the page has /blob/, Hugging Face has /resolve/ and GitHub has /raw/.",
      );
    }
    if (headers["content-length"] === "0") throw this.#error("the file is empty");
  }

  #error(why: string, help = ""): Error {
    return downloadError(this.#address, why, help);
  }
}

async function pointerIn({ headers, body }: Answer): Promise<LfsPointer | undefined> {
  if (Number(headers["content-length"] ?? Number.NaN) > mostPointerBytes) return undefined;
  let text = "";
  for await (const chunk of body) {
    text += Buffer.from(chunk as Uint8Array).toString("latin1");
    if (text.length > mostPointerBytes) return undefined;
  }
  return readLfsPointer(text);
}
