// Who answers on a port of a pod.
import type { RequestListener } from "node:http";
import type { ContainerRun } from "../control/containerRun.ts";
import type { Pod } from "../object.ts";
import type { World } from "../world.ts";

export interface Listening {
  listener?: RequestListener;
  run?: ContainerRun;
  /** Why nobody does, as the dial fails. */
  refused: string;
}

export function listenerOf(world: World, pod: Pod, port: number): Listening {
  const address = `${pod.status.podIP ?? "<nil>"}:${port}`;
  const runtime = world.kubelet.find(pod);
  for (const { name } of pod.spec.containers) {
    const run = runtime?.run(name);
    if (!run || run.over || run.now() - run.startedAt < run.program.readyAfterMs) continue;
    const listener = run.program.serve(run, port);
    if (listener) return { listener, run, refused: "" };
  }
  return { refused: `dial tcp ${address}: connect: connection refused` };
}
