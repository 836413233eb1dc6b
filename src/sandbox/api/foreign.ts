// Pages of a browser: they may call 127.0.0.1 too, by its address or by a name that was made to lead here.
import type { IncomingMessage } from "node:http";

/** True for a call that no client of Kubernetes makes: for another host than this machine, or of a web page. */
export function isForeign({ headers }: IncomingMessage): boolean {
  const { host = "", origin } = headers;
  return origin !== undefined || !/^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(host);
}
