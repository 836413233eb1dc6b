// The Jupyter server of a pod, reached through a forward of ours and checked. Its token is that of its manifest, else
// what its runtime file in the container says.
import { isAbort, onAbort, type Signal, throwIfAborted } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import { findScript, type JupyterServerFile, parseFound } from "../../../core/devcontainer/jupyter.ts";
import { type PodJupyter, podJupyter } from "../../../core/devcontainer/podJupyter.ts";
import { kindNamed } from "../../../core/kube/kinds.ts";
import type { Clusters } from "../../stores/clusters.ts";
import type { JupyterPort, PodPlace, Secrets } from "../../stores/environments/ports.ts";
import type { Forwards } from "../../stores/forwards.ts";
import type { Forward } from "../forward/forward.ts";
import { usualLocalPort } from "../forward/spec.ts";
import type { ReadyJupyter } from "./jupyterServers.ts";

/** The name under which its forward stands in Endpoints. */
export const serverName = "Jupyter";

/** A runtime file has some 300 characters. */
const MOST_OUTPUT = 64 * 1024;

export interface PodServerWorld {
  clusters: Clusters;
  forwards: Forwards;
  jupyter: JupyterPort;
  secrets: Secrets;
}

export class PodServers {
  readonly #world: PodServerWorld;

  constructor(world: PodServerWorld) {
    this.#world = world;
  }

  /**
   * Forwards the pod's Jupyter, or takes the forward that there is, and checks it. `key` names its token among the
   * secrets. Throws Trouble `denied` when no token that is known is taken.
   */
  async connect(place: PodPlace, key: string, signal: Signal): Promise<ReadyJupyter> {
    const { clusters, jupyter, secrets } = this.#world;
    const kind = kindNamed(place.kind);
    if (!kind) throw new Trouble("bad-input", `${place.kind} has no pods.`);
    const { connection } = await clusters.open(place.context);
    const object = await connection.get({ kind, namespace: place.namespace, name: place.name }, signal);
    const server = podJupyter(object);
    if (!server) {
      throw new Trouble(
        "not-found",
        `${place.kind} ${place.name} shows no sign of Jupyter: no such image, command or port. Forward its port instead.`,
      );
    }
    const forward = await this.#forward(place, server.port, signal);
    const url = `${forward.url}${server.basePath}`;
    const stored = await secrets.get(key);
    const tried = new Set<string>();
    for await (const token of this.#tokens(stored, server, place, forward, signal)) {
      if (tried.has(token)) continue;
      tried.add(token);
      const check = await jupyter.check({ url, token }, signal);
      if (check.kind === "ready") {
        if (token !== "" && token !== stored) await secrets.store(key, token);
        const { version, kernels } = check;
        return { state: { kind: "ready", url, version, kernels }, address: { url, token } };
      }
      if (check.kind !== "wrong-token") {
        throw new Trouble(
          "unreachable",
          `Jupyter in ${place.name} can't be reached at ${url}: ${forward.note ?? check.why}. Look at the pod's log.`,
        );
      }
    }
    throw new Trouble(
      "denied",
      `Jupyter in ${place.name} asks for a token that neither its manifest nor a look inside tells. Look for it in the pod's log, or ask whoever runs it.`,
    );
  }

  /** The tokens to try, the likeliest first; a command is run in the pod only when the others were not taken. */
  async *#tokens(
    stored: string | undefined,
    server: PodJupyter,
    place: PodPlace,
    forward: Forward,
    signal: Signal,
  ): AsyncGenerator<string> {
    if (stored !== undefined) yield stored;
    if (server.token !== undefined) yield server.token;
    yield "";
    const { state } = forward;
    if (state.kind !== "ready") return;
    for (const one of await this.#inside(place, state.pod, server.container, signal)) yield one.token;
  }

  /** What the runtime files of the servers in a container say; nothing where no command may be run in it. */
  async #inside(
    { context, namespace }: PodPlace,
    pod: string,
    container: string,
    signal: Signal,
  ): Promise<JupyterServerFile[]> {
    const decoder = new TextDecoder();
    let output = "";
    const sink = {
      output(bytes: Uint8Array) {
        if (output.length < MOST_OUTPUT) output += decoder.decode(bytes, { stream: true });
      },
      errors() {},
    };
    try {
      const { connection } = await this.#world.clusters.open(context);
      const command = ["sh", "-c", findScript];
      const execution = await connection.execute({ namespace, pod, container, command }, sink, signal);
      await execution.done;
      return parseFound(output);
    } catch (error) {
      if (isAbort(error)) throw error;
      // No right to, or no shell in it: then the person is asked.
      return [];
    }
  }

  async #forward(place: PodPlace, port: number, signal: Signal): Promise<Forward> {
    const { forwards } = this.#world;
    const { context, namespace, kind, name } = place;
    const forward = await forwards.add({
      context,
      namespace,
      kind,
      name,
      port,
      server: serverName,
      localPort: usualLocalPort(port),
    });
    await new Promise<void>((resolve, reject) => {
      const end = (finish: () => void) => {
        listener.dispose();
        aborted.dispose();
        finish();
      };
      const look = () => {
        const { state } = forward;
        if (state.kind === "ready") end(resolve);
        if (state.kind === "failed") end(() => reject(new Trouble("failed", state.why)));
        if (state.kind === "stopped") end(() => reject(new Trouble("failed", "The forward was stopped.")));
      };
      const listener = forwards.changed(look);
      const aborted = onAbort(signal, () => end(resolve));
      look();
    });
    throwIfAborted(signal);
    return forward;
  }
}
