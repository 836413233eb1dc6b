// Connections into pods: each ends at a real HTTP server that listens on no port of this machine.
import { createServer, type Server } from "node:http";
import { type Duplex, duplexPair } from "node:stream";
import type { ContainerRun } from "../control/containerRun.ts";
import type { Pod } from "../object.ts";
import type { World } from "../world.ts";
import { listenerOf } from "./listener.ts";

/** One per sandbox: the servers of the containers that were ever connected to. */
export class PodPorts {
  readonly #world: World;
  readonly #servers = new WeakMap<ContainerRun, Map<number, Server>>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The near end of a connection to a port of a pod; a text says why there is none. */
  connect(pod: Pod, port: number): Duplex | string {
    const { listener, run } = listenerOf(this.#world, pod, port);
    if (!listener || !run) {
      const place = 'network namespace "/var/run/netns/sandbox"';
      return `error forwarding port ${port} to pod ${pod.metadata.uid}, uid : failed to execute portforward in ${place}: failed to connect to localhost:${port} inside namespace "sandbox", IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused`;
    }
    const [near, far] = duplexPair();
    const over = run.onOver(() => {
      near.destroy();
      far.destroy();
    });
    near.once("close", () => {
      over.dispose();
      far.destroy();
    });
    far.on("error", () => near.destroy());
    this.#server(run, port, listener).emit("connection", far);
    return near;
  }

  #server(run: ContainerRun, port: number, listener: Parameters<typeof createServer>[1]): Server {
    const servers = this.#servers.get(run) ?? new Map<number, Server>();
    this.#servers.set(run, servers);
    const found = servers.get(port);
    if (found) return found;
    const server = createServer(listener);
    // A client that half-closes still gets its answer.
    (server as Server & { httpAllowHalfOpen: boolean }).httpAllowHalfOpen = true;
    server.requestTimeout = 0;
    servers.set(port, server);
    return server;
  }
}
