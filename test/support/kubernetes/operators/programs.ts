// Controllers that clusters of people who develop models have, built from their Go modules beside the Kubernetes
// version of the tests, so that most of what they share with it is compiled only once.
import { join } from "node:path";
import { isRequired } from "../../availability.ts";
import { cached } from "../../cache.ts";
import { type Found, reasonOf } from "../../found.ts";
import { buildGoModule, findGo } from "../../goBuild.ts";

/** Packages in module/go.mod; a change of a version there needs the same change here. */
const programs = {
  "training-operator": {
    version: "1.9.0",
    program: "github.com/kubeflow/training-operator/cmd/training-operator.v1",
  },
  "rollouts-controller": {
    version: "1.9.2",
    program: "github.com/argoproj/argo-rollouts/cmd/rollouts-controller",
  },
  "metrics-server": { version: "0.8.0", program: "sigs.k8s.io/metrics-server/cmd/metrics-server" },
} as const;

export type Operator = keyof typeof programs;

/** The program; built first where it is not there, which takes some minutes. */
export async function findOperator(name: Operator): Promise<Found<{ path: string }>> {
  const { version, program } = programs[name];
  try {
    const folder = await cached(name, version, async (building) => {
      const found = await findGo();
      if ("reason" in found) throw new Error(found.reason);
      const module = join(import.meta.dirname, "module");
      await buildGoModule({ go: found.go, module, output: join(building, name), program });
    });
    return { available: true, path: join(folder, name) };
  } catch (error) {
    const reason = `${name} could not be built: ${reasonOf(error)}`;
    if (isRequired("cluster")) throw new Error(`SLIPWAY_REQUIRE asks for cluster, but ${reason}`);
    return { available: false, reason };
  }
}
