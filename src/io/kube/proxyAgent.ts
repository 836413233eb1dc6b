// Connections by a proxy: HTTP's CONNECT, and SOCKS 5. Never around it.
import { Agent as HttpAgent, type AgentOptions as HttpOptions } from "node:http";
import { Agent as HttpsAgent, type AgentOptions as HttpsOptions } from "node:https";
import { connect as connectTcp, isIPv6, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { causeText } from "../../base/log.ts";
import { Trouble } from "../../base/trouble.ts";
import { text } from "../../core/kube/object.ts";
import { hostOf, portOf } from "./address.ts";
import { plainWords } from "./apiFailure.ts";
import type { Proxy } from "./proxy.ts";

const TIMEOUT_MS = 30_000;
/** A proxy that talks without end instead of answering is left. */
const MOST_HEAD_BYTES = 64 * 1024;

type Done = (error: Error | null, socket: Duplex) => void;
/** The same callback; its type does not know that without a connection there is none to give. */
type Failed = ((error: Error) => void) | undefined;
type Place = { host?: string | null | undefined; port?: number | string | null | undefined };

/** A pool of connections to one server, each through the proxy. */
export function proxyAgent(proxy: Proxy, isHttps: boolean, options: HttpOptions & HttpsOptions): HttpAgent {
  return isHttps ? new TlsThrough(proxy, options) : new PlainThrough(proxy, options);
}

class PlainThrough extends HttpAgent {
  readonly #proxy: Proxy;

  constructor(proxy: Proxy, options: HttpOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(options: Place, done?: Done): undefined {
    through(this.#proxy, options).then(
      (socket) => done?.(null, socket),
      (error: Error) => (done as Failed)?.(error),
    );
  }
}

class TlsThrough extends HttpsAgent {
  readonly #proxy: Proxy;

  constructor(proxy: Proxy, options: HttpsOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(options: Place, done?: Done): undefined {
    through(this.#proxy, options)
      .then((socket) => super.createConnection({ ...options, socket } as HttpsOptions) as Duplex)
      .then(
        (socket) => done?.(null, socket),
        (error: Error) => (done as Failed)?.(error),
      );
  }
}

function through(proxy: Proxy, { host, port }: Place): Promise<Socket> {
  const place = { host: host ?? "", port: Number(port) };
  return proxy.url.protocol.startsWith("socks") ? throughSocks(proxy, place) : throughHttp(proxy, place);
}

interface Target {
  host: string;
  port: number;
}

function throughHttp(proxy: Proxy, target: Target): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { url } = proxy;
    const isTls = url.protocol === "https:";
    const place = { host: hostOf(url), port: portOf(url) };
    const socket = isTls ? connectTls({ ...place, servername: url.hostname }) : connectTcp(place);
    let head = Buffer.alloc(0);
    const leave = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => leave(silent(proxy, target)), TIMEOUT_MS);
    const onError = (error: Error) => leave(unreachable(proxy, target, error));
    const onClose = () => {
      clearTimeout(timer);
      leave(refused(proxy, target, "it closed the connection"));
    };
    const onData = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0 && head.length <= MOST_HEAD_BYTES) return;
      const [, status = "", words = ""] =
        /^HTTP\/1\.[01] (\d{3}) ?([^\r\n]{0,100})/.exec(head.toString("latin1")) ?? [];
      if (end < 0 || !status.startsWith("2")) {
        leave(
          status === "407" ? wantsSignIn(proxy, target) : refused(proxy, target, `${status} ${words}`.trim()),
        );
        return;
      }
      clearTimeout(timer);
      // No API server speaks before it is asked, so nothing can come until the socket has its reader.
      socket.off("data", onData).off("error", onError).off("close", onClose);
      resolve(socket);
    };
    socket.on("error", onError).on("close", onClose).on("data", onData);
    socket.once(isTls ? "secureConnect" : "connect", () => socket.write(connectText(proxy, target)));
  });
}

function connectText(proxy: Proxy, { host, port }: Target): string {
  const place = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const { name, password } = signIn(proxy);
  const basic = Buffer.from(`${name}:${password}`).toString("base64");
  const proof = name === "" ? "" : `Proxy-Authorization: Basic ${basic}\r\n`;
  return `CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\nUser-Agent: slipway\r\n${proof}\r\n`;
}

async function throughSocks(proxy: Proxy, target: Target): Promise<Socket> {
  const { SocksClient } = await import("socks");
  const { name, password } = signIn(proxy);
  try {
    const { socket } = await SocksClient.createConnection({
      command: "connect",
      timeout: TIMEOUT_MS,
      destination: target,
      proxy: {
        type: 5,
        host: hostOf(proxy.url),
        port: Number(proxy.url.port) || 1080,
        ...(name === "" ? {} : { userId: name, password }),
      },
    });
    return socket;
  } catch (error) {
    const words = causeText(error);
    const code = /\bE[A-Z_]{4,}\b/.exec(words)?.[0];
    if (code !== undefined) throw unreachable(proxy, target, { code });
    if (/timed out/i.test(words)) throw silent(proxy, target);
    if (/authenticat/i.test(words)) throw wantsSignIn(proxy, target);
    throw refused(proxy, target, words.replace(/^.* - /, ""));
  }
}

function signIn({ url: { username, password } }: Proxy): { name: string; password: string } {
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** How a person knows it; without the password that may stand in it. */
function named({ url }: Proxy): string {
  return `${url.protocol}//${url.host}`;
}

function unreachable(proxy: Proxy, { host }: Target, error: unknown): Trouble {
  const why = plainWords(text(error, "code") ?? "") ?? causeText(error);
  return new Trouble(
    "unreachable",
    `Can't reach the proxy ${named(proxy)} (${why}), which ${proxy.namedBy} names for ${host}: check that it runs and that this machine can reach it.`,
    { cause: error },
  );
}

function silent(proxy: Proxy, { host }: Target): Trouble {
  return new Trouble(
    "timeout",
    `The proxy ${named(proxy)} gave no connection to ${host} in time: check that it is well.`,
  );
}

function wantsSignIn(proxy: Proxy, { host }: Target): Trouble {
  return new Trouble(
    "denied",
    `The proxy ${named(proxy)} wants another name and password before it connects to ${host}: correct ${proxy.written}, then try again.`,
  );
}

function refused(proxy: Proxy, { host, port }: Target, why: string): Trouble {
  return new Trouble(
    "unreachable",
    `The proxy ${named(proxy)} gave no connection to ${host}:${port} (${why === "" ? "no answer of a proxy" : why}): check ${proxy.written}, or ask who runs the proxy.`,
  );
}
