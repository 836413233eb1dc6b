// Kubeflow's training operator with its webhook, as its manifests install it, but outside of the cluster.
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waitUntil } from "../../command.ts";
import { freePorts } from "../../ports.ts";
import type { Cluster } from "../cluster.ts";

const NAMESPACE = "kubeflow";
const SECRET = "training-operator-webhook-cert";
/** Compiled into it. */
const CERTIFICATES = "/tmp/k8s-webhook-server/serving-certs";

/** Resolves when it is ready. */
export async function startTrainingOperator(cluster: Cluster, program: string): Promise<void> {
  const [webhook = 0, health = 0] = await freePorts(2);
  await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  await cluster.apply(
    { apiVersion: "v1", kind: "Secret", metadata: { name: SECRET, namespace: NAMESPACE } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "training-operator", namespace: NAMESPACE },
      // Where no proxy makes addresses of services, the API server follows a name.
      spec: { type: "ExternalName", externalName: "localhost", ports: [{ port: webhook }] },
    },
    webhooks(webhook),
  );
  // Those of a run before belong to nobody.
  for (const folder of [CERTIFICATES, `${CERTIFICATES}.new`])
    await rm(folder, { recursive: true, force: true });
  const running = cluster.run.start(
    "training-operator",
    program,
    [
      "--enable-scheme=tfjob",
      `--webhook-server-port=${webhook}`,
      "--metrics-bind-address=0",
      `--health-probe-bind-address=127.0.0.1:${health}`,
    ],
    { env: { ...process.env, KUBECONFIG: cluster.kubeconfigPath, MY_POD_NAMESPACE: NAMESPACE } },
  );
  const isAlive = () => {
    if (!running.isAlive()) throw new Error(`training-operator ended:\n${running.log()}`);
  };
  // It makes the certificates itself, and reads them from where a kubelet would put the Secret.
  await waitUntil("the operator's certificates", 60_000, async () => {
    isAlive();
    const text = await cluster.kubectl("-n", NAMESPACE, "get", "secret", SECRET, "-o=json");
    const { data = {} } = JSON.parse(text) as { data?: Record<string, string> };
    if (!data["tls.crt"]) return false;
    // All at once, as a kubelet does: it begins with what is there as soon as something is.
    const fresh = `${CERTIFICATES}.new`;
    await mkdir(fresh, { recursive: true });
    for (const [name, value] of Object.entries(data))
      await writeFile(join(fresh, name), Buffer.from(value, "base64"), { mode: 0o600 });
    await rename(fresh, CERTIFICATES);
    return true;
  });
  await waitUntil("the training operator to be ready", 60_000, async () => {
    isAlive();
    return fetch(`http://127.0.0.1:${health}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
  });
}

function webhooks(port: number): object {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "validator.training-operator.kubeflow.org" },
    webhooks: [
      {
        name: "validator.tfjob.training-operator.kubeflow.org",
        admissionReviewVersions: ["v1"],
        clientConfig: {
          service: {
            name: "training-operator",
            namespace: NAMESPACE,
            path: "/validate-kubeflow-org-v1-tfjob",
            port,
          },
        },
        failurePolicy: "Fail",
        sideEffects: "None",
        rules: [
          {
            apiGroups: ["kubeflow.org"],
            apiVersions: ["v1"],
            operations: ["CREATE", "UPDATE"],
            resources: ["tfjobs"],
          },
        ],
      },
    ],
  };
}
