// The scene: what runs where when somebody looks for the first time.
import { complete } from "../api/admission.ts";
import { resourceOf } from "../api/resources.ts";
import type { NewObject } from "../api/store.ts";
import type { World } from "../world.ts";
import { sceneNodes } from "./nodes.ts";
import { gpuOperator, machineLearning } from "./workloads.ts";

/** How long the cluster has lived through its events; nodes and namespaces are older. */
export const sceneAgeMs = 2 * 3_600_000;
const dayMs = 86_400_000;

/** Puts the scene in place; what comes later is on the clock. */
export function populate(world: World): void {
  const now = world.clock.now();
  for (const name of ["default", "kube-system", "kube-node-lease", "gpu-operator", "ml"]) {
    add(world, "Namespace", { metadata: { name } }, now - 12 * dayMs);
    if (name !== "kube-node-lease") {
      add(world, "ServiceAccount", { metadata: { name: "default", namespace: name } }, now - 12 * dayMs);
    }
  }
  for (const node of sceneNodes(now - 12 * dayMs, now)) add(world, "Node", node, now - 12 * dayMs);
  add(
    world,
    "Service",
    {
      metadata: { name: "kubernetes", namespace: "default" },
      spec: {
        clusterIP: "10.96.0.1",
        ports: [{ name: "https", port: 443, targetPort: 6443, protocol: "TCP" }],
      },
    },
    now - 12 * dayMs,
  );
  for (const { kind, object, afterMs = 0 } of [...gpuOperator(), ...machineLearning()]) {
    if (afterMs === 0) add(world, kind, object, now);
    else world.clock.after(afterMs, () => add(world, kind, object, world.clock.now()));
  }
}

function add(world: World, kind: string, object: NewObject, createdAt: number): void {
  const resource = resourceOf(kind);
  complete(resource, object);
  world.store.create(resource, object, createdAt);
}
