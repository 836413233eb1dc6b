// A real Kubernetes control plane on loopback: etcd, API server, controller manager, scheduler. Needs no rights.
import { mkdir, readFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { waitUntil } from "../command.ts";
import { freePorts } from "../ports.ts";
import type { Run, Running } from "../run.ts";
import {
  type Certificates,
  type Credentials,
  frontProxyName,
  makeCertificates,
  writeKubeconfig,
} from "./certificates.ts";

export type ControlPlane = {
  /** The name of the context in both kubeconfigs. */
  readonly context: string;
  readonly server: string;
  readonly port: number;
  readonly certificates: Certificates;
  readonly kubeconfigPath: string;
  readonly restrictedKubeconfigPath: string;
  /** Kills the API server at once, as a crash would; everything else stays. */
  killApiServer(): Promise<void>;
  /** Starts it again on the same port, with more flags if wanted, and waits until it is ready. */
  startApiServer(flags?: readonly string[]): Promise<void>;
};

const contextName = "slipway-test";

/** Starts the control plane; resolves when the API server is ready. */
export async function startControlPlane(run: Run, programs: string, nodeName: string): Promise<ControlPlane> {
  const folder = join(run.folder, "control-plane");
  await mkdir(folder);
  const certificates = await makeCertificates(folder, nodeName);
  const [etcdPort = 0, etcdPeerPort = 0, port = 0] = await freePorts(3);
  const server = `https://127.0.0.1:${port}`;
  const kubeconfig = async (user: Credentials): Promise<string> => {
    const path = join(folder, `${user.name}.kubeconfig`);
    await writeKubeconfig({
      path,
      context: contextName,
      server,
      authorityPath: certificates.authorityPath,
      user,
    });
    return path;
  };

  startEtcd(run, programs, etcdPort, etcdPeerPort);
  let apiServer = launchApiServer(run, programs, certificates, port, etcdPort);
  await waitForApiServer(port, certificates, () => apiServer);

  const paths = {
    controllerManager: await kubeconfig(certificates.controllerManager),
    scheduler: await kubeconfig(certificates.scheduler),
  };
  let controllers = launchControllers(run, programs, certificates, paths);

  return {
    context: contextName,
    server,
    port,
    certificates,
    kubeconfigPath: await kubeconfig(certificates.admin),
    restrictedKubeconfigPath: await kubeconfig(certificates.visitor),
    async killApiServer() {
      await apiServer.end("SIGKILL");
    },
    async startApiServer(flags = []) {
      if (apiServer.isAlive()) return;
      // As those that lose their lease they end: by themselves they would look for it again only up to a minute later.
      await Promise.all(controllers.map((one) => one.end("SIGKILL")));
      apiServer = launchApiServer(run, programs, certificates, port, etcdPort, flags);
      await waitForApiServer(port, certificates, () => apiServer);
      controllers = launchControllers(run, programs, certificates, paths);
    },
  };
}

/** What it holds is thrown away, so nothing is gained by waiting for an orderly end. */
const atOnce = { endSignal: "SIGKILL" } as const;

function startEtcd(run: Run, programs: string, port: number, peerPort: number): void {
  const client = `http://127.0.0.1:${port}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  run.start(
    "etcd",
    join(programs, "etcd"),
    [
      "--name=test",
      `--data-dir=${join(run.folder, "etcd")}`,
      "--unsafe-no-fsync",
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=test=${peer}`,
      "--log-level=warn",
    ],
    atOnce,
  );
}

/** The controller manager and the scheduler. */
function launchControllers(
  run: Run,
  programs: string,
  certificates: Certificates,
  paths: { controllerManager: string; scheduler: string },
): Running[] {
  const common = ["--leader-elect=false", "--kube-api-qps=5000", "--kube-api-burst=5000", "--secure-port=0"];
  const manager = [
    ...common,
    `--kubeconfig=${paths.controllerManager}`,
    // Each controller acts under its own account; the common one has hardly any rights.
    "--use-service-account-credentials",
    `--service-account-private-key-file=${certificates.serviceAccountKeyPath}`,
    `--root-ca-file=${certificates.authorityPath}`,
    `--cluster-signing-cert-file=${certificates.authorityPath}`,
    `--cluster-signing-key-file=${certificates.authorityKeyPath}`,
  ];
  const scheduler = [...common, `--kubeconfig=${paths.scheduler}`];
  const start = (name: string, flags: readonly string[]) =>
    run.start(name, join(programs, name), [...flags], atOnce);
  return [start("kube-controller-manager", manager), start("kube-scheduler", scheduler)];
}

function launchApiServer(
  run: Run,
  programs: string,
  certificates: Certificates,
  port: number,
  etcdPort: number,
  flags: readonly string[] = [],
): Running {
  return run.start(
    "kube-apiserver",
    join(programs, "kube-apiserver"),
    [
      `--etcd-servers=http://127.0.0.1:${etcdPort}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${port}`,
      "--endpoint-reconciler-type=none",
      "--authorization-mode=Node,RBAC",
      `--client-ca-file=${certificates.authorityPath}`,
      `--tls-cert-file=${certificates.apiServer.certificatePath}`,
      `--tls-private-key-file=${certificates.apiServer.keyPath}`,
      `--kubelet-client-certificate=${certificates.apiServerToKubelet.certificatePath}`,
      `--kubelet-client-key=${certificates.apiServerToKubelet.keyPath}`,
      `--kubelet-certificate-authority=${certificates.authorityPath}`,
      "--kubelet-preferred-address-types=Hostname",
      // Aggregated APIs, as that of the metrics-server.
      `--requestheader-client-ca-file=${certificates.authorityPath}`,
      `--requestheader-allowed-names=${frontProxyName}`,
      "--requestheader-username-headers=X-Remote-User",
      "--requestheader-group-headers=X-Remote-Group",
      "--requestheader-extra-headers-prefix=X-Remote-Extra-",
      `--proxy-client-cert-file=${certificates.frontProxy.certificatePath}`,
      `--proxy-client-key-file=${certificates.frontProxy.keyPath}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${certificates.serviceAccountPublicKeyPath}`,
      `--service-account-signing-key-file=${certificates.serviceAccountKeyPath}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      ...flags,
    ],
    atOnce,
  );
}

async function waitForApiServer(
  port: number,
  certificates: Certificates,
  current: () => Running,
): Promise<void> {
  const tls = {
    ca: await readFile(certificates.authorityPath),
    cert: await readFile(certificates.admin.certificatePath),
    key: await readFile(certificates.admin.keyPath),
  };
  await waitUntil("the API server to be ready", 60_000, async () => {
    if (!current().isAlive()) throw new Error(`kube-apiserver ended:\n${current().log()}`);
    return (await statusOf(port, "/readyz", tls)) === 200;
  });
}

function statusOf(
  port: number,
  path: string,
  tls: { ca: Buffer; cert: Buffer; key: Buffer },
): Promise<number> {
  return new Promise((resolve) => {
    const asked = request(
      { host: "127.0.0.1", port, path, agent: false, timeout: 2_000, ...tls },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(0));
    asked.end();
  });
}
