// The Jupyter server of a pod, reached through a forward of ours and checked.
import { onAbort, type Signal, throwIfAborted } from "../../../base/signal.ts";
import { Trouble } from "../../../base/trouble.ts";
import { podJupyter } from "../../../core/devcontainer/podJupyter.ts";
import { kindNamed } from "../../../core/kube/kinds.ts";
import type { Clusters } from "../../stores/clusters.ts";
import type { JupyterPort, PodPlace, Secrets } from "../../stores/environments/ports.ts";
import type { Forwards } from "../../stores/forwards.ts";
import type { Forward } from "../forward/forward.ts";
import { usualLocalPort } from "../forward/spec.ts";
import type { ReadyJupyter } from "./jupyterServers.ts";

/** The name under which its forward stands in Endpoints. */
export const serverName = "Jupyter";

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
    const tokens = new Set([stored, server.token, ""].filter((one) => one !== undefined));
    for (const token of tokens) {
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
      `Jupyter in ${place.name} asks for a token that its manifest does not tell. Look for it in the pod's log, or ask whoever runs it.`,
    );
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
