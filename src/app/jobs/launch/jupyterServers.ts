// The Jupyter server of a container: found by its runtime files, reached and checked, started where none runs.
import { type Clock, sleep } from "../../../base/clock.ts";
import { causeText, type Log } from "../../../base/log.ts";
import { isAbort, type Signal, throwIfAborted } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import { isRunning, workplace } from "../../../core/devcontainer/environments.ts";
import {
  exitCodes,
  explainStart,
  findScript,
  type JupyterServerFile,
  logScript,
  networkOwner,
  ownScript,
  parseFound,
  portToServe,
  publishAdvice,
  reachPort,
  startScript,
  withoutTokens,
  writeScript,
} from "../../../core/devcontainer/jupyter.ts";
import type { ContainerEngine } from "../../stores/containers/ports.ts";
import type {
  DevcontainerTools,
  JupyterAddress,
  JupyterKernel,
  JupyterPort,
  Secrets,
} from "../../stores/environments/ports.ts";

/** What is known of the Jupyter of an environment; it never holds a token. */
export type JupyterState =
  /** Not asked yet. */
  | { kind: "unknown" }
  /** No server runs. */
  | { kind: "off" }
  | { kind: "ready"; url: string; version: string; kernels: JupyterKernel[] }
  | { kind: "wrong-token"; why: string }
  | { kind: "unreachable"; why: string };

export interface FoundJupyter {
  state: JupyterState;
  /** Present when it is ready. */
  address: JupyterAddress | undefined;
}

export interface ReadyJupyter {
  state: Extract<JupyterState, { kind: "ready" }>;
  address: JupyterAddress;
  /** What a person should know of a server that was just started. */
  note?: string;
}

/** A server that was started answers within this time, or something is wrong. */
const startMs = 60_000;
const askEveryMs = 250;
/** Between its file and its first answer there is a moment, no longer than this. */
const reachMs = 8000;
const tokenBytes = 32;

export interface JupyterWorld {
  engine: ContainerEngine;
  jupyter: JupyterPort;
  tools: DevcontainerTools;
  secrets: Secrets;
  clock: Clock;
  log: Log;
}

export class JupyterServers {
  readonly #world: JupyterWorld;
  /** The last that is at work on each container: two at once would start two servers. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(world: JupyterWorld) {
    this.#world = world;
  }

  /** Looks for a server in the container and checks it. `key` names the environment's token among the secrets. */
  async find(containerId: string, key: string, signal: Signal): Promise<FoundJupyter> {
    const { engine } = this.#world;
    const inspected = await engine.inspect(containerId, signal);
    if (!isRunning(inspected)) return { state: { kind: "off" }, address: undefined };
    const servers = await this.#files(containerId, signal);
    const network = await this.#network(inspected, signal);
    if (servers.length === 0) return this.#byPort(network, key, signal);
    let best: FoundJupyter = { state: { kind: "off" }, address: undefined };
    for (const server of servers) {
      const found = await this.#check(network, server, key, signal);
      if (found.state.kind === "ready") return found;
      best = found;
    }
    return best;
  }

  /**
   * Gives the container's server, after starting one where none runs. Throws Trouble that says what is wrong.
   * @param folder on this machine, where the container has one.
   */
  async ensure(
    containerId: string,
    folder: string | undefined,
    key: string,
    onStep: (text: string) => void,
    signal: Signal,
  ): Promise<ReadyJupyter> {
    const before = this.#turns.get(containerId) ?? Promise.resolve();
    const turn = before.then(
      () => this.#ensure(containerId, folder, key, onStep, signal),
      () => this.#ensure(containerId, folder, key, onStep, signal),
    );
    this.#turns.set(containerId, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(containerId) === turn) this.#turns.delete(containerId);
    }
  }

  async #ensure(
    containerId: string,
    folder: string | undefined,
    key: string,
    onStep: (text: string) => void,
    signal: Signal,
  ): Promise<ReadyJupyter> {
    throwIfAborted(signal);
    onStep("Looking for Jupyter");
    let found = await this.find(containerId, key, signal);
    let note: string | undefined;
    if (found.state.kind === "off") {
      onStep("Starting Jupyter");
      note = await this.#start(containerId, folder, key, signal);
      found = await this.#wait(containerId, key, signal);
    }
    const { state, address } = found;
    if (state.kind === "ready" && address) return { state, address, ...(note === undefined ? {} : { note }) };
    if (state.kind === "wrong-token") throw new Trouble("denied", state.why);
    throw new Trouble("unreachable", state.kind === "unreachable" ? state.why : "Jupyter does not run.");
  }

  /** The record of the container whose ports these are: of another one where they share its network. */
  async #network(inspected: unknown, signal: Signal): Promise<unknown> {
    const owner = networkOwner(inspected);
    return owner === undefined ? inspected : this.#world.engine.inspect(owner, signal);
  }

  async #files(containerId: string, signal: Signal): Promise<JupyterServerFile[]> {
    try {
      const script = ["sh", "-c", findScript];
      const { output } = await this.#world.engine.execute(containerId, script, signal, "0");
      return parseFound(output);
    } catch (error) {
      if (isAbort(error)) throw error;
      // A container without a shell has no Jupyter either; one that has just ended has none any more.
      this.#world.log.debug(`No look into ${containerId.slice(0, 12)}: ${causeText(error)}`);
      return [];
    }
  }

  /** A server whose file lies elsewhere, or can't be read, still answers at its port. */
  async #byPort(inspected: unknown, key: string, signal: Signal): Promise<FoundJupyter> {
    const { engine, jupyter, secrets } = this.#world;
    const reach = reachPort(inspected, portToServe(inspected), await engine.publishedHost());
    if (!reach) return { state: { kind: "off" }, address: undefined };
    const url = `http://${reach.host}:${reach.port}/`;
    const address = { url, token: (await secrets.get(key)) ?? "" };
    const check = await jupyter.check(address, signal);
    if (check.kind === "ready") {
      return { state: { kind: "ready", url, version: check.version, kernels: check.kernels }, address };
    }
    if (check.kind !== "wrong-token") return { state: { kind: "off" }, address: undefined };
    const why =
      "Jupyter answers, and its token can't be found in the container. Enter the one that it was started with.";
    return { state: { kind: "wrong-token", why }, address: undefined };
  }

  async #check(
    inspected: unknown,
    server: JupyterServerFile,
    key: string,
    signal: Signal,
  ): Promise<FoundJupyter> {
    const none = (state: JupyterState): FoundJupyter => ({ state, address: undefined });
    const { engine, jupyter, secrets } = this.#world;
    const reach = reachPort(inspected, server.port, await engine.publishedHost());
    const published = publishAdvice(inspected, server.port);
    if (!reach) {
      const why = `Jupyter runs, and its port ${server.port} is not published on the engine's machine. ${published}`;
      return none({ kind: "unreachable", why });
    }
    if (server.loopbackOnly) {
      const why = `Jupyter listens only inside the container (port ${server.port}). Start it with --ip=0.0.0.0.`;
      return none({ kind: "unreachable", why });
    }
    const url = `http://${reach.host}:${reach.port}${server.basePath}`;
    const stored = await secrets.get(key);
    const tokens = new Set([server.token, ...(stored === undefined ? [] : [stored])]);
    let why = "";
    for (const token of tokens) {
      const address = { url, token };
      const check = await jupyter.check(address, signal);
      if (check.kind === "ready") {
        if (token !== "" && token !== stored) await secrets.store(key, token);
        const { version, kernels } = check;
        return { state: { kind: "ready", url, version, kernels }, address };
      }
      if (check.kind === "unreachable" || check.kind === "other") {
        return none({
          kind: "unreachable",
          why: `Jupyter runs in the container, but it can't be reached at ${url}: ${check.why}. ${published}`,
        });
      }
      why = server.password
        ? "Jupyter asks for its password. Give it a token instead, or enter the one that it has."
        : "Jupyter does not take its token. Enter the one that it was started with.";
    }
    return none({ kind: "wrong-token", why });
  }

  /** Gives what a person should know of the place that the server has. */
  async #start(
    containerId: string,
    folder: string | undefined,
    key: string,
    signal: Signal,
  ): Promise<string | undefined> {
    const { engine, tools, secrets, log } = this.#world;
    const inspected = await engine.inspect(containerId, signal);
    if (!isRunning(inspected)) throw new Trouble("failed", "The container does not run. Start it first.");
    const place = workplace(inspected, folder);
    const { user, note } = await this.#writer(containerId, place, signal);
    const token = newToken();
    const script = startScript(token, portToServe(await this.#network(inspected, signal)));
    const { exitCode, stderr } = await tools.runScript(containerId, user, place.folder, script, signal);
    if (exitCode === exitCodes.noJupyter) {
      throw new Trouble(
        "missing-tool",
        "The image has no Jupyter. Add it to its Dockerfile (RUN pip install jupyterlab), then rebuild.",
      );
    }
    if (exitCode === exitCodes.noFolder) {
      throw new Trouble(
        "denied",
        "Jupyter has no place for its token: /tmp in the container is read-only or belongs to somebody else.",
      );
    }
    if (exitCode !== 0) {
      const said = withoutTokens(stderr.replaceAll(token, "…")).trim();
      log.warn(`Starting Jupyter ended with ${exitCode}: ${said}`);
      throw new Trouble("failed", `Jupyter could not be started: ${said.split("\n").at(-1) ?? exitCode}`);
    }
    await secrets.store(key, token);
    return note;
  }

  /** The user whose notebooks can be saved in the folder. */
  async #writer(
    containerId: string,
    { user, folder }: { user: string; folder: string },
    signal: Signal,
  ): Promise<{ user: string; note: string | undefined }> {
    const ends = async (name: string, script: string) =>
      (await this.#world.tools.runScript(containerId, name, folder, script, signal)).exitCode === 0;
    if (await ends(user, writeScript)) return { user, note: undefined };
    if (await ends("root", ownScript)) {
      return {
        user: "root",
        note: `The folder belongs to root, so Jupyter runs as root and not as ${user}.`,
      };
    }
    const note = `User ${user} of the container can't write in ${folder}: notebooks can't be saved there. Look at the folder's owner and at the mounts in devcontainer.json.`;
    return { user, note };
  }

  async #wait(containerId: string, key: string, signal: Signal): Promise<FoundJupyter> {
    const { clock, engine, secrets, log } = this.#world;
    const inspected = await this.#network(await engine.inspect(containerId, signal), signal);
    const until = clock.elapsed() + startMs;
    let seenMs: number | undefined;
    for (;;) {
      const found = await this.find(containerId, key, signal);
      if (found.state.kind === "ready" || found.state.kind === "wrong-token") return found;
      if (found.state.kind === "off" || clock.elapsed() > until) {
        const { output } = await engine.execute(containerId, ["sh", "-c", logScript], signal, "0");
        const why = explainStart(output, portToServe(inspected));
        if (why !== undefined) {
          const token = (await secrets.get(key)) ?? "";
          const words = token === "" ? output : output.replaceAll(token, "…");
          log.warn(`Jupyter's last words:\n${withoutTokens(words).trim()}`);
          throw new Trouble("failed", why);
        }
      }
      if (found.state.kind === "unreachable") {
        seenMs ??= clock.elapsed();
        if (clock.elapsed() - seenMs > reachMs) return found;
      }
      if (clock.elapsed() > until) {
        throw new Trouble("timeout", `Jupyter did not start within ${startMs / 1000} s. Look at its log.`);
      }
      await sleep(clock, askEveryMs, signal);
    }
  }
}

/** 256 bits of chance, as letters and digits. */
function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(tokenBytes));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
