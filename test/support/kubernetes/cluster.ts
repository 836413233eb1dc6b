// A real Kubernetes cluster for the tests: a control plane, and as asked a real node, demo workloads, kwok nodes.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand, waitUntil } from "../command.ts";
import { beginRun, type Run } from "../run.ts";
import { findKubernetes } from "./binaries.ts";
import { writeKubeconfig } from "./certificates.ts";
import { startControlPlane } from "./controlPlane.ts";
import { applyDemo } from "./demo.ts";
import { type FakeNodes, startKwok } from "./kwok.ts";
import { type Node, type NodeImages, nodeName, startNode } from "./node.ts";

export type ClusterOptions = {
  /** One real node that runs containers; needs root and containerd. */
  node?: boolean;
  /** kwok, for nodes and pods by the thousand that only look as if they ran. */
  kwok?: boolean;
  /** The demo workloads in the namespace `ml` and four GPUs on the node; takes the node with it. */
  demo?: boolean;
  /** More images on the node, by name. */
  images?: NodeImages;
};

export type Cluster = {
  readonly run: Run;
  readonly context: string;
  readonly server: string;
  readonly port: number;
  /** A person who may do everything. */
  readonly kubeconfigPath: string;
  /** The user `visitor`, who may log in and nothing else until a role binding says otherwise. */
  readonly restrictedKubeconfigPath: string;
  /** The administrator's credentials in PEM, for clients and proxies that take no kubeconfig. */
  readonly credentials: { ca: Buffer; cert: Buffer; key: Buffer };
  /** A kubeconfig for the same cluster at another address, as a proxy's; the administrator's unless restricted. */
  kubeconfigVia(server: string, options?: { restricted?: boolean; context?: string }): Promise<string>;
  /** With a real node. */
  readonly node: Node | undefined;
  /** With the option kwok. */
  readonly fakeNodes: FakeNodes | undefined;
  kubectl(...args: string[]): Promise<string>;
  /** `kubectl apply` of one or several objects. */
  apply(...objects: object[]): Promise<void>;
  killApiServer(): Promise<void>;
  /** @param flags besides the usual ones, as a feature gate that makes it like an older server. */
  startApiServer(flags?: readonly string[]): Promise<void>;
  stop(): Promise<void>;
};

/** Starts a cluster; throws with the reason when it can't be had. `availability.ts` asks without throwing. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const found = await findKubernetes();
  if (!found.available) throw new Error(found.reason);
  const programs = found.folder;
  const run = beginRun();
  try {
    const plane = await startControlPlane(run, programs, nodeName);
    const kubectlProgram = join(programs, "kubectl");
    const kubectlEnvironment = { ...process.env, KUBECONFIG: plane.kubeconfigPath, HOME: run.folder };
    const kubectl = (...args: string[]): Promise<string> =>
      runCommand(kubectlProgram, args, { env: kubectlEnvironment });
    const apply = async (...objects: object[]): Promise<void> => {
      const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
      const once = () => runCommand(kubectlProgram, ["apply", "-f", "-"], { env: kubectlEnvironment, input });
      // The account that every pod needs comes a moment after its namespace, and after a restart of the API server
      // only when the controller manager has noticed it.
      let failure: Error | undefined;
      await waitUntil("the default service account", 60_000, async () => {
        failure = await once().then(
          () => undefined,
          (error: Error) => error,
        );
        return !/serviceaccount "default" not found/.test(String(failure));
      });
      if (failure !== undefined) throw failure;
    };
    const access = { kubectl, apply };
    const isReal = options.node || options.demo;
    const node = isReal ? await startNode(run, programs, plane, access, options.images) : undefined;
    if (options.demo) await applyDemo(access);
    const fakeNodes = options.kwok ? await startKwok(run, plane.kubeconfigPath, access) : undefined;
    return {
      run,
      context: plane.context,
      server: plane.server,
      port: plane.port,
      kubeconfigPath: plane.kubeconfigPath,
      restrictedKubeconfigPath: plane.restrictedKubeconfigPath,
      credentials: {
        ca: await readFile(plane.certificates.authorityPath),
        cert: await readFile(plane.certificates.admin.certificatePath),
        key: await readFile(plane.certificates.admin.keyPath),
      },
      async kubeconfigVia(server, { restricted = false, context = plane.context } = {}) {
        const path = join(run.folder, `${randomUUID()}.kubeconfig`);
        const { authorityPath, admin, visitor } = plane.certificates;
        await writeKubeconfig({ path, context, server, authorityPath, user: restricted ? visitor : admin });
        return path;
      },
      node,
      fakeNodes,
      kubectl,
      apply,
      killApiServer: () => plane.killApiServer(),
      startApiServer: (flags) => plane.startApiServer(flags),
      stop: () => run.end(),
    };
  } catch (error) {
    await run.end();
    throw error;
  }
}
