// The controller of Argo Rollouts, outside of the cluster.
import { waitUntil } from "../../command.ts";
import { freePorts } from "../../ports.ts";
import type { Cluster } from "../cluster.ts";

/** Resolves when it is ready; the definitions of its kinds must be there. */
export async function startArgoRollouts(cluster: Cluster, program: string): Promise<void> {
  const [metrics = 0, health = 0] = await freePorts(2);
  const running = cluster.run.start("rollouts-controller", program, [
    `--kubeconfig=${cluster.kubeconfigPath}`,
    "--leader-elect=false",
    `--metricsPort=${metrics}`,
    `--healthzPort=${health}`,
  ]);
  await waitUntil("the rollouts controller to be ready", 60_000, async () => {
    if (!running.isAlive()) throw new Error(`rollouts-controller ended:\n${running.log()}`);
    return fetch(`http://127.0.0.1:${health}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
  });
}
