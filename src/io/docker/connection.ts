// A connection to one engine: dockerode behind a deadline for each call, and every failure as Trouble.
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type Dockerode from "dockerode";
import { abortError, type Signal } from "../../base/signal.ts";
import { Trouble } from "../../base/trouble.ts";
import { type Endpoint, findEndpoint } from "./endpoint.ts";
import { engineTrouble, slow } from "./trouble.ts";

export const pingMs = 2000;
export const callMs = 30_000;
/**
 * To start a container may take long: NVIDIA's runtime wakes each GPU that is not kept awake, and a busy disk holds up
 * what the engine writes. The docker command line waits without a limit.
 */
export const startMs = 300_000;

/** The part of dockerode that is used, with the signals that its types leave out. */
export interface Client
  extends Pick<
    Dockerode,
    "listContainers" | "listImages" | "getEvents" | "getImage" | "getContainer" | "createContainer"
  > {
  ping(options: { abortSignal: Signal }): Promise<unknown>;
  info(options: { abortSignal: Signal }): Promise<unknown>;
  version(options: { abortSignal: Signal }): Promise<unknown>;
}

export class Connection {
  readonly #environment: () => Record<string, string | undefined>;
  #known: { endpoint: Endpoint; client: Client; agent: HttpAgent } | undefined;

  constructor(environment: () => Record<string, string | undefined>) {
    this.#environment = environment;
  }

  /**
   * Makes one call. `work` gets a signal that fires with `signal` or at the deadline; it must pass it on.
   * Throws Trouble whose sentence says that Docker could not `doing`.
   */
  async call<T>(
    doing: string,
    work: (client: Client, signal: Signal) => Promise<T>,
    signal: Signal,
    limitMs = callMs,
  ): Promise<T> {
    const { client, endpoint } = await this.open();
    const deadline = new AbortController();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      deadline.abort();
    }, limitMs);
    const both = AbortSignal.any([signal, deadline.signal]);
    try {
      // The race: a response that breaks off in the middle never ends in the client.
      return await Promise.race([work(client, both), aborted(both)]);
    } catch (error) {
      if (late && !signal.aborted) throw slow(endpoint.url, doing, limitMs / 1000);
      if (signal.aborted) throw abortError();
      throw engineTrouble(error, doing, endpoint.url);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Opens a stream and hands on its chunks until it ends; waits for `onChunk`, so that a slow reader slows the
   * engine. The deadline is for the first answer only.
   */
  async stream(
    doing: string,
    open: (client: Client, signal: Signal) => Promise<NodeJS.ReadableStream>,
    onChunk: (chunk: Buffer) => void | Promise<void>,
    signal: Signal,
  ): Promise<void> {
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const stream = await this.call(doing, (client) => open(client, both), signal).catch((error: unknown) => {
      stop.abort();
      throw error;
    });
    try {
      for await (const chunk of stream) await onChunk(chunk as Buffer);
    } catch (error) {
      if (signal.aborted) throw abortError();
      throw engineTrouble(error, doing, (await this.open()).endpoint.url);
    } finally {
      stop.abort();
    }
  }

  /** The engine of this moment; another one when the environment or the chosen context changed. */
  async open(): Promise<{ client: Client; endpoint: Endpoint }> {
    const endpoint = await findEndpoint(this.#environment());
    if (this.#known && same(this.#known.endpoint, endpoint)) return this.#known;
    this.#known?.agent.destroy();
    const { default: Docker } = await import("dockerode");
    const agent = endpoint.tls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
    const client = new Docker(clientOptions(endpoint, agent)) as unknown as Client;
    this.#known = { endpoint, client, agent };
    return this.#known;
  }

  dispose(): void {
    this.#known?.agent.destroy();
    this.#known = undefined;
  }
}

function same(one: Endpoint, other: Endpoint): boolean {
  const files = (endpoint: Endpoint) =>
    [endpoint.tls?.ca, endpoint.tls?.cert, endpoint.tls?.key]
      .map((file) => file?.toString("base64") ?? "")
      .join(" ");
  return one.url === other.url && one.tls?.verify === other.tls?.verify && files(one) === files(other);
}

function aborted(signal: Signal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(abortError());
    else signal.addEventListener("abort", () => reject(abortError()), { once: true });
  });
}

function clientOptions(endpoint: Endpoint, agent: HttpAgent): Dockerode.DockerOptions {
  // What is left out, the client fills in from DOCKER_HOST by rules of its own: so everything is said.
  const empty = {
    host: undefined,
    port: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
  };
  const common = { ...empty, agent, protocol: "http" as const };
  const [scheme = "", rest = ""] = endpoint.url.split("://", 2);
  if (scheme === "unix" || scheme === "npipe") return { ...common, socketPath: rest };
  let address: URL;
  try {
    address = new URL(`http://${rest}`);
  } catch (cause) {
    throw new Trouble(
      "bad-input",
      `${endpoint.url} (${endpoint.origin}) is not an address of a Docker engine.`,
      { cause },
    );
  }
  const secure = endpoint.tls !== undefined || scheme === "https";
  return {
    ...common,
    protocol: secure ? "https" : "http",
    host: address.hostname,
    port: address.port === "" ? (secure ? "2376" : "2375") : address.port,
    pathPrefix: address.pathname,
    ...(endpoint.tls ? tlsOptions(endpoint.tls) : {}),
  } as Dockerode.DockerOptions;
}

function tlsOptions(tls: NonNullable<Endpoint["tls"]>): object {
  const { verify, ...files } = tls;
  // Only where the context itself says so (SkipTLSVerify).
  return verify ? files : { ...files, checkServerIdentity: () => undefined };
}
