import type { RequestSettings } from "./request.js";

/**
 * Which proxy an address is asked through, as errors say it: " (through the proxy 127.0.0.1:3128 of HTTPS_PROXY)", or "" for none. What
 * a proxy refuses is not the server's doing.
 */
export function throughProxy(
  address: string,
  environment: NonNullable<RequestSettings["environment"]> = process.env,
): string {
  const name = address.startsWith("https:") ? "HTTPS_PROXY" : "HTTP_PROXY";
  const read = (variable: string): string =>
    environment[variable.toLowerCase()] || environment[variable] || "";
  const { hostname } = URL.canParse(address) ? new URL(address) : { hostname: "" };
  const excepted = read("NO_PROXY")
    .split(/[\s,]+/)
    .some(
      (entry) => entry === "*" || (entry !== "" && `.${hostname}`.endsWith(entry.replace(/^\*?\.?/, "."))),
    );
  const proxy = read(name);
  // Without a name and a password.
  return proxy === "" || excepted ? "" : ` (through the proxy ${proxy.replace(/\/\/.*@/, "//")} of ${name})`;
}
