// The metrics-server, outside of the cluster and behind the API server's aggregation as everywhere.
import { waitUntil } from "../../command.ts";
import { freePort } from "../../ports.ts";
import type { Cluster } from "../cluster.ts";

/** Resolves when it has figures of pods: it needs two looks at the kubelet. */
export async function startMetricsServer(cluster: Cluster, program: string): Promise<void> {
  const port = await freePort();
  const kubeconfig = cluster.kubeconfigPath;
  const running = cluster.run.start("metrics-server", program, [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    `--secure-port=${port}`,
    `--cert-dir=${cluster.run.folder}/metrics-server`,
    "--kubelet-preferred-address-types=Hostname",
    "--kubelet-insecure-tls",
    "--kubelet-use-node-status-port",
    "--metric-resolution=10s",
    "--kubelet-request-timeout=5s",
  ]);
  await cluster.apply(
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "metrics-server", namespace: "kube-system" },
      // Where no proxy makes addresses of services, the API server follows a name.
      spec: { type: "ExternalName", externalName: "localhost", ports: [{ port }] },
    },
    {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta1.metrics.k8s.io" },
      spec: {
        group: "metrics.k8s.io",
        version: "v1beta1",
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { name: "metrics-server", namespace: "kube-system", port },
      },
    },
  );
  await waitUntil("figures of pods", 90_000, async () => {
    if (!running.isAlive()) throw new Error(`metrics-server ended:\n${running.log()}`);
    return cluster.kubectl("get", "--raw", "/apis/metrics.k8s.io/v1beta1/pods").then(
      (text) => (JSON.parse(text) as { items: unknown[] }).items.length > 0,
      () => false,
    );
  });
}
