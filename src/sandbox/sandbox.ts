// The sandbox: a Kubernetes API on loopback with GPU nodes, for a first look and for scripted faults.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "../base/clock.ts";
import { type Log, silentLog } from "../base/log.ts";
import { Trouble } from "../base/trouble.ts";
import { isForeign } from "./api/foreign.ts";
import { Store } from "./api/store.ts";
import { DevicePool } from "./control/devices.ts";
import { Kubelet } from "./control/kubelet.ts";
import { Recorder } from "./control/recorder.ts";
import { Simulation } from "./control/simulation.ts";
import { type Faults, FaultScript } from "./faults.ts";
import { route } from "./router.ts";
import { sceneDevices } from "./scene/nodes.ts";
import { programFor } from "./scene/programs.ts";
import { populate, sceneAgeMs } from "./scene/scene.ts";
import { PodPorts } from "./streams/podPorts.ts";
import { acceptUpgrade } from "./streams/upgrade.ts";
import { WarpClock } from "./warpClock.ts";
import type { World } from "./world.ts";

export interface SandboxOptions {
  /** 0 or nothing for any free one. */
  port?: number;
  clock?: Clock;
  log?: Log;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** The text of a kubeconfig with one context, `sandbox`. It holds no secret. */
  readonly kubeconfig: string;
  readonly faults: Faults;
  /** What is in it, for tests that script it. */
  readonly store: Store;
  stop(): Promise<void>;
}

/**
 * Starts it on 127.0.0.1; anybody on this machine may use it, and it can do nothing but pretend.
 * @throws Trouble `conflict` when the port is taken.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const log = options.log ?? silentLog;
  const clock = new WarpClock(options.clock ?? systemClock, sceneAgeMs);
  const onError = (error: unknown) => log.error("The sandbox stumbled", error);
  const store = new Store(() => clock.now(), onError);
  const recorder = new Recorder(store, clock);
  const pool = new DevicePool(sceneDevices());
  const programs = { node: (name: string) => kubelet.runsOnNode(name), pool };
  const kubelet: Kubelet = new Kubelet(
    { store, clock, recorder, programOf: (container, pod) => programFor(container, pod, programs) },
    pool,
  );
  const world: World = { store, clock, recorder, kubelet };
  const simulation = new Simulation(world, onError);
  populate(world);
  clock.catchUp();
  const faults = new FaultScript(store, clock);
  const server = createServer((request, response) => void route(world, faults, request, response));
  server.on("connection", (socket) => faults.connected(socket));
  const upgrades = { ...world, faults, ports: new PodPorts(world) };
  server.on("upgrade", (request, socket, head) => {
    if (isForeign(request)) socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n");
    else acceptUpgrade(upgrades, request, socket, head);
  });
  // Watches and logs are open for as long as they are wanted.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  const end = () => {
    simulation.dispose();
    kubelet.dispose();
    clock.dispose();
  };
  try {
    await listen(server, options.port ?? 0);
  } catch (error) {
    end();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    kubeconfig: kubeconfigFor(url),
    faults,
    store,
    async stop() {
      end();
      faults.reset();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") {
        const text = `Port ${port} is taken: give the sandbox another one, or none to have any free port.`;
        reject(new Trouble("conflict", text, { cause: error }));
      } else
        reject(new Trouble("failed", `The sandbox could not listen: ${error.message}`, { cause: error }));
    });
    server.listen(port, "127.0.0.1", () => resolve());
  });
}

function kubeconfigFor(url: string): string {
  return `apiVersion: v1
kind: Config
current-context: sandbox
clusters:
- name: sandbox
  cluster:
    server: ${url}
users:
- name: sandbox
  user: {}
contexts:
- name: sandbox
  context:
    cluster: sandbox
    user: sandbox
    namespace: ml
`;
}
