// Containers and images as the engine lists them, cut down to what is shown. Pure: raw record in, summary out.
// Source: moby api/swagger.yaml (ContainerSummary, ImageSummary).
import { clusterOfLabels, type LocalCluster } from "../kube/localCluster.ts";

export type ContainerState = "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";

export interface PortBinding {
  /** In the container. */
  port: number;
  protocol: string;
  /** On the engine's machine, when it is published. */
  address?: string;
  hostPort?: number;
}

export interface ContainerSummary {
  id: string;
  name: string;
  image: string;
  imageId: string;
  state: ContainerState;
  /** The engine's own words: `Up 3 minutes`, `Exited (1) 2 hours ago`. */
  status: string;
  ports: PortBinding[];
  createdMs: number;
  /** Asked for GPUs when it was run by us (from its label); what it really sees is another question. */
  gpusAsked: string | undefined;
  /** The command line that it runs, cut by the engine. */
  command: string;
  /** The folder and file of the dev container that it is, from the labels of the devcontainers command line. */
  devcontainer: { folder: string; configFile: string } | undefined;
  /** The Compose project that it is part of. */
  composeProject: string | undefined;
  /** The Kubernetes cluster of this machine that it is a node of. */
  clusterNode?: LocalCluster;
}

export interface ImageSummary {
  id: string;
  /** Names of the image, as `my-model:1`; empty for an image that lost its name. */
  tags: string[];
  sizeBytes: number;
  createdMs: number;
}

export const gpuLabel = "slipway.gpus";

export function containerFrom(raw: unknown): ContainerSummary | undefined {
  const data = record(raw);
  const id = text(data["Id"]);
  if (id === "") return undefined;
  const names = list(data["Names"]).map(text);
  const labels = record(data["Labels"]);
  const gpus = labels[gpuLabel];
  const folder = text(labels["devcontainer.local_folder"]);
  const clusterNode = clusterOfLabels(labels);
  return {
    id,
    // A name with a second slash is a link from another container.
    name: (names.find((name) => name.lastIndexOf("/") === 0) ?? names[0] ?? id.slice(0, 12)).replace(
      /^\//,
      "",
    ),
    image: text(data["Image"]),
    imageId: text(data["ImageID"]),
    state: stateFrom(text(data["State"])),
    status: text(data["Status"]),
    ports: portsFrom(list(data["Ports"])),
    createdMs: number(data["Created"]) * 1000,
    gpusAsked: typeof gpus === "string" ? gpus : undefined,
    command: text(data["Command"]),
    devcontainer:
      folder === "" ? undefined : { folder, configFile: text(labels["devcontainer.config_file"]) },
    composeProject: text(labels["com.docker.compose.project"]) || undefined,
    ...(clusterNode ? { clusterNode } : {}),
  };
}

export function imageFrom(raw: unknown): ImageSummary | undefined {
  const data = record(raw);
  const id = text(data["Id"]);
  if (id === "") return undefined;
  return {
    id,
    tags: list(data["RepoTags"])
      .map(text)
      .filter((tag) => tag !== "" && tag !== "<none>:<none>"),
    sizeBytes: number(data["Size"]),
    createdMs: number(data["Created"]) * 1000,
  };
}

/** Published ports as a person types them: `127.0.0.1:8888→8888`; the same port on IPv4 and IPv6 once. */
export function portsText(ports: readonly PortBinding[]): string {
  const texts = ports.map((binding) => {
    const inside = `${binding.port}${binding.protocol === "tcp" ? "" : `/${binding.protocol}`}`;
    if (binding.hostPort === undefined) return undefined;
    const every = binding.address === undefined || binding.address === "0.0.0.0" || binding.address === "::";
    return `${every ? "" : `${binding.address}:`}${binding.hostPort}→${inside}`;
  });
  return [...new Set(texts.filter((value) => value !== undefined))].join(", ");
}

function portsFrom(values: unknown[]): PortBinding[] {
  return values
    .map(record)
    .map((port): PortBinding => {
      const hostPort = number(port["PublicPort"]);
      return {
        port: number(port["PrivatePort"]),
        protocol: text(port["Type"]) || "tcp",
        ...(hostPort > 0 ? { hostPort, address: text(port["IP"]) } : {}),
      };
    })
    .sort((a, b) => a.port - b.port || (a.address ?? "").localeCompare(b.address ?? ""));
}

function stateFrom(value: string): ContainerState {
  switch (value) {
    case "created":
    case "running":
    case "paused":
    case "restarting":
    case "removing":
    case "dead":
      return value;
    // Podman says stopped.
    default:
      return "exited";
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
