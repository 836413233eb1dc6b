// A real node: containerd with a bridge network, and the kubelet. Linux, root; everything it makes is the run's own.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { makeCgroups } from "../cleanup.ts";
import { findProgram, runCommand, waitUntil } from "../command.ts";
import { boxImage, type ImageConfig, imagesUnavailable, writeBoxArchive } from "../images.ts";
import { nvidiaSmiScript } from "../nvidiaSmi.ts";
import { freePorts } from "../ports.ts";
import type { Run } from "../run.ts";
import { writeKubeconfig } from "./certificates.ts";
import type { ControlPlane } from "./controlPlane.ts";

export const nodeName = "node-1";
/** The box with a stand-in nvidia-smi in it, as a GPU machine's runtime would mount the real one. */
export const gpuBoxImage = "slipway.test/gpu-box:1";
/** Images by name, which pods can use without a registry. */
export type NodeImages = Readonly<Record<string, ImageConfig>>;
const pauseImage = "slipway.test/pause:1";
const pluginFolder = "/usr/lib/cni";

/** What talks to the cluster's API. */
export type Access = {
  kubectl(...args: string[]): Promise<string>;
  apply(...objects: object[]): Promise<void>;
};

/** Why a node can't run here, or undefined when it can. */
export function nodeUnavailable(): string | undefined {
  if (process.platform !== "linux") return "a Kubernetes node needs Linux";
  if (process.getuid?.() !== 0) return "a Kubernetes node needs root";
  const missing = ["containerd", "ctr", "runc", "iptables", "ip"].filter((name) => !findProgram(name));
  if (!existsSync(join(pluginFolder, "bridge"))) missing.push("containernetworking-plugins");
  if (missing.length > 0) return `a Kubernetes node needs ${missing.join(", ")}, which are not installed`;
  return imagesUnavailable();
}

export type Node = {
  /** Gives an archive, as `docker save` writes it, to the container runtime. */
  importImage(archive: string): Promise<void>;
};

/** Starts the node; resolves when the API server shows it as Ready. */
export async function startNode(
  run: Run,
  programs: string,
  plane: ControlPlane,
  access: Access,
  images: NodeImages = {},
): Promise<Node> {
  const reason = nodeUnavailable();
  if (reason) throw new Error(reason);
  const kubelet = join(programs, "kubelet");
  const folder = join(run.folder, "node");
  await mkdir(join(folder, "network"), { recursive: true });
  makeCgroups(run.id);
  await writeNetwork(run, folder);
  nameOnLoopback(run);
  const socket = await startContainerd(run, folder);
  await importImages(folder, socket, images);
  await startKubelet(run, kubelet, folder, plane, socket);
  await waitUntil("the node to be Ready", 60_000, async () => {
    const path = '-o=jsonpath={.status.conditions[?(@.type=="Ready")].status}';
    return (await access.kubectl("get", "node", nodeName, path)) === "True";
  });
  return {
    importImage: (archive) => containerdClient(socket, "-n", "k8s.io", "images", "import", archive),
  };
}

async function writeNetwork(run: Run, folder: string): Promise<void> {
  const network = {
    cniVersion: "1.0.0",
    name: run.id,
    plugins: [
      {
        type: "bridge",
        bridge: run.id,
        isGateway: true,
        ipMasq: true,
        hairpinMode: true,
        ipam: {
          type: "host-local",
          dataDir: join(folder, "addresses"),
          ranges: [[{ subnet: freeSubnet() }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
  await writeFile(join(folder, "network", "10-bridge.conflist"), JSON.stringify(network));
}

/** A network for pods that no interface of the machine is in, so that two clusters can run side by side. */
function freeSubnet(): string {
  const taken = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map((address) => address.address),
  );
  const first = process.pid % 200;
  for (let step = 0; step < 250; step += 1) {
    const prefix = `10.244.${(first + step) % 250}`;
    if (!taken.some((address) => address.startsWith(`${prefix}.`))) return `${prefix}.0/24`;
  }
  throw new Error("no free network under 10.244.0.0/16");
}

/** The API server reaches the kubelet by the node's name, which must lead to loopback; the line goes with the run. */
function nameOnLoopback(run: Run): void {
  const hosts = readFileSync("/etc/hosts", "utf8");
  writeFileSync("/etc/hosts", `${hosts.replace(/\n?$/, "\n")}127.0.0.1 ${nodeName} # ${run.id}\n`);
}

async function startContainerd(run: Run, folder: string): Promise<string> {
  const socket = join(folder, "containerd.sock");
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  const config = `version = 2
root = "${join(folder, "containerd-root")}"
state = "${join(folder, "containerd-state")}"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.opt"]
[grpc]
  address = "${socket}"
[${cri}]
  sandbox_image = "${pauseImage}"
  # Negative scores need a right that containers and small machines do not have.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
[${cri}.cni]
  bin_dir = "${pluginFolder}"
  conf_dir = "${join(folder, "network")}"
[${cri}.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[${cri}.containerd.runtimes.runc.options]
  SystemdCgroup = false
`;
  const configPath = join(folder, "containerd.toml");
  await writeFile(configPath, config);
  const running = run.start("containerd", findProgram("containerd") ?? "containerd", [
    "--config",
    configPath,
  ]);
  await waitUntil("containerd to answer", 30_000, async () => {
    if (!running.isAlive()) throw new Error(`containerd ended:\n${running.log()}`);
    await containerdClient(socket, "version");
    return true;
  });
  return socket;
}

async function importImages(folder: string, socket: string, more: NodeImages): Promise<void> {
  const images: NodeImages = {
    [pauseImage]: { entrypoint: ["/bin/sleep", "2147483647"] },
    [boxImage]: {},
    [gpuBoxImage]: { files: { "usr/bin/nvidia-smi": nvidiaSmiScript(4) } },
    ...more,
  };
  for (const [tag, config] of Object.entries(images)) {
    const archive = join(folder, `${tag.replace(/\W/g, "-")}.tar`);
    await writeBoxArchive(archive, tag, config);
    await containerdClient(socket, "-n", "k8s.io", "images", "import", archive);
  }
}

async function containerdClient(socket: string, ...args: string[]): Promise<void> {
  await runCommand(findProgram("ctr") ?? "ctr", ["--address", socket, ...args]);
}

async function startKubelet(
  run: Run,
  kubelet: string,
  folder: string,
  plane: ControlPlane,
  socket: string,
): Promise<void> {
  const [port = 0] = await freePorts(1);
  const { certificates } = plane;
  const config = {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: "127.0.0.1",
    port,
    healthzPort: 0,
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${run.id}`,
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: ["pods"],
    authentication: {
      webhook: { enabled: true },
      x509: { clientCAFile: certificates.authorityPath },
      anonymous: { enabled: false },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: certificates.kubelet.certificatePath,
    tlsPrivateKeyFile: certificates.kubelet.keyPath,
    containerRuntimeEndpoint: `unix://${socket}`,
    podLogsDir: join(folder, "pod-logs"),
    makeIPTablesUtilChains: false,
    evictionHard: { "memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
    // Nobody answers there; without an address every pod gets a warning event.
    clusterDNS: ["10.96.0.10"],
    clusterDomain: "cluster.local",
    resolvConf: "",
    maxPods: 200,
    // Back-off and status are the same as on any node; only what makes tests wait is quicker.
    nodeStatusUpdateFrequency: "4s",
    shutdownGracePeriod: "0s",
  };
  const configPath = join(folder, "kubelet.json");
  await writeFile(configPath, JSON.stringify(config, null, 2));
  const kubeconfig = join(folder, "node.kubeconfig");
  await writeKubeconfig({
    path: kubeconfig,
    context: plane.context,
    server: plane.server,
    authorityPath: certificates.authorityPath,
    user: certificates.node,
  });
  run.start(
    "kubelet",
    kubelet,
    [
      `--config=${configPath}`,
      `--kubeconfig=${kubeconfig}`,
      `--hostname-override=${nodeName}`,
      `--root-dir=${join(folder, "kubelet")}`,
    ],
    { endSignal: "SIGKILL" },
  );
}
