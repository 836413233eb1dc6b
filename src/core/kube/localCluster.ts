// Clusters that a tool made on this machine: how each is recognised, and the command lines of its tool, as data.
// Sources: https://kind.sigs.k8s.io/docs/user/quick-start/ · https://minikube.sigs.k8s.io/docs/commands/ ·
// https://k3d.io/stable/usage/commands/ · https://docs.docker.com/desktop/use-desktop/kubernetes/

export type LocalTool = "kind" | "k3d" | "minikube" | "Docker Desktop";

export interface LocalCluster {
  tool: LocalTool;
  /** What the tool calls it. */
  name: string;
}

/** What the kubeconfig says of a context. */
interface Entry {
  name: string;
  cluster: string;
  user: string;
  server?: string | undefined;
  /** Who wrote the cluster's entry, where that says so. */
  provider?: string | undefined;
}

export interface CommandLine {
  command: string;
  args: string[];
}

/** A name that can't be taken for an option or a path. */
const PLAIN = /^[a-z0-9][\w.-]*$/i;
const HERE =
  /^https:\/\/(?:127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1?\]|host\.docker\.internal|kubernetes\.docker\.internal)(?::|\/|$)/;

/** By the names that a tool gives its entries, which stay where the context got another. */
export function localClusterOf({ cluster, user, server = "", provider }: Entry): LocalCluster | undefined {
  const found = recognised(cluster, user, server, provider);
  return found && PLAIN.test(found.name) ? found : undefined;
}

function recognised(
  cluster: string,
  user: string,
  server: string,
  provider: string | undefined,
): LocalCluster | undefined {
  // It may be anywhere that a driver puts it.
  if (provider === "minikube.sigs.k8s.io") return { tool: "minikube", name: cluster };
  if (!HERE.test(server)) return undefined;
  if (cluster.startsWith("kind-") && user === cluster) return { tool: "kind", name: cluster.slice(5) };
  if (cluster.startsWith("k3d-") && user === `admin@${cluster}`)
    return { tool: "k3d", name: cluster.slice(4) };
  if (cluster === "docker-desktop" && user === cluster) return { tool: "Docker Desktop", name: cluster };
  return undefined;
}

const LABELS: Readonly<Record<string, LocalTool>> = {
  "io.x-k8s.kind.cluster": "kind",
  "k3d.cluster": "k3d",
  "name.minikube.sigs.k8s.io": "minikube",
};

/** The cluster that a container is a node of. */
export function clusterOfLabels(labels: Readonly<Record<string, unknown>>): LocalCluster | undefined {
  for (const [label, tool] of Object.entries(LABELS)) {
    const name = labels[label];
    if (typeof name === "string" && name !== "") return { tool, name };
  }
  return undefined;
}

export function isSameCluster(one: LocalCluster, other: LocalCluster | undefined): boolean {
  return one.tool === other?.tool && one.name === other.name;
}

/** Its tool's program; undefined where there is none to run. */
export function programOf({ tool }: LocalCluster): string | undefined {
  return tool === "Docker Desktop" ? undefined : tool;
}

/**
 * Starts it or stops it. Undefined where its tool can't: kind's nodes are containers that are started by hand, and
 * Docker Desktop has no command for its cluster alone.
 */
export function turnCommand({ tool, name }: LocalCluster, way: "start" | "stop"): CommandLine | undefined {
  switch (tool) {
    case "minikube":
      // The current context stays what it is.
      return { command: tool, args: [way, "-p", name, ...(way === "start" ? ["--keep-context"] : [])] };
    case "k3d":
      return { command: tool, args: ["cluster", way, name] };
    case "kind":
    case "Docker Desktop":
      return undefined;
  }
}

/** Brings an image of this machine's engine onto its nodes; undefined where it is there already. */
export function loadCommand({ tool, name }: LocalCluster, image: string): CommandLine | undefined {
  switch (tool) {
    case "kind":
      return { command: tool, args: ["load", "docker-image", image, "--name", name] };
    case "minikube":
      return { command: tool, args: ["image", "load", image, "-p", name] };
    case "k3d":
      return { command: tool, args: ["image", "import", image, "-c", name] };
    case "Docker Desktop":
      return undefined;
  }
}

/** Asks the tool whether it runs; undefined where the engine's containers say so. */
export function statusCommand({ tool, name }: LocalCluster): CommandLine | undefined {
  return tool === "minikube" ? { command: tool, args: ["status", "-p", name, "-o", "json"] } : undefined;
}

/** What `minikube status` said: an object, or one for each node. */
export function statusOf(output: string): "running" | "stopped" | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(output);
  } catch {
    return undefined;
  }
  const [node] = (Array.isArray(parsed) ? parsed : [parsed]) as { Host?: unknown; APIServer?: unknown }[];
  if (node?.Host === "Running") return node.APIServer === "Stopped" ? "stopped" : "running";
  return node?.Host === "Stopped" ? "stopped" : undefined;
}

/** A name of an image that can't be taken for an option. */
export function isPlainImage(image: string): boolean {
  return /^[a-z0-9][\w.:@/-]*$/i.test(image);
}

/** Those of a kubeconfig's contexts that are clusters of this machine, by the context's name. */
export function localClustersOf(
  contexts: readonly (Entry & { name: string })[],
): ReadonlyMap<string, LocalCluster> {
  return new Map(
    contexts.flatMap((entry) => {
      const local = localClusterOf(entry);
      return local ? [[entry.name, local] as const] : [];
    }),
  );
}
