// The lines of the view Images & Containers, and what each looks like.
import type { Containers } from "../../../app/stores/containers.ts";
import { type ContainerSummary, type ImageSummary, portsText } from "../../../core/image/objects.ts";
import { formatBytes } from "../../../core/image/text.ts";
import type { Row } from "../../view.ts";

export interface GroupNode {
  kind: "group";
  of: "containers" | "images";
}

export interface ContainerNode {
  kind: "container";
  container: ContainerSummary;
}

export interface ImageNode {
  kind: "image";
  image: ImageSummary;
  /** The name that this line shows; undefined for an image without one. */
  tag: string | undefined;
}

/** A sentence where rows would be. */
export interface MessageNode {
  kind: "message";
  id: string;
  text: string;
  detail?: string;
  icon?: { id: string; color?: string };
  command?: { id: string; args: unknown[] };
}

export type DockerNode = GroupNode | ContainerNode | ImageNode | MessageNode;

/** What a command for an image or container takes: a line of the view. */
export function isNode<Kind extends DockerNode["kind"]>(
  target: unknown,
  kind: Kind,
): target is Extract<DockerNode, { kind: Kind }> {
  return typeof target === "object" && target !== null && (target as { kind?: unknown }).kind === kind;
}

export function nodeId(node: DockerNode): string {
  switch (node.kind) {
    case "group":
      return `docker/${node.of}`;
    case "container":
      return `docker/container/${node.container.id}`;
    case "image":
      return `docker/image/${node.image.id}/${node.tag ?? ""}`;
    case "message":
      return `docker/message/${node.id}`;
  }
}

export function dockerRow(node: DockerNode, containers: Containers, nowMs: number): Row {
  switch (node.kind) {
    case "group":
      return groupRow(node, containers);
    case "container":
      return containerRow(node, containers);
    case "image":
      return imageRow(node, nowMs);
    case "message":
      return {
        id: nodeId(node),
        label: node.text,
        collapsible: "none",
        tooltip: node.detail ?? node.text,
        ...(node.icon ? { icon: node.icon } : {}),
        ...(node.command ? { command: node.command } : {}),
      };
  }
}

function groupRow(node: GroupNode, containers: Containers): Row {
  const stale = containers.state.kind === "absent";
  if (node.of === "containers") {
    const running = containers.containers.filter((one) => one.state === "running").length;
    return {
      id: nodeId(node),
      label: "Containers",
      description: stale ? "as last seen" : running === 0 ? "none running" : `${running} running`,
      collapsible: "expanded",
      words: ["containers"],
    };
  }
  const bytes = containers.images.reduce((sum, image) => sum + image.sizeBytes, 0);
  return {
    id: nodeId(node),
    label: "Images",
    description: stale ? "as last seen" : bytes === 0 ? "" : formatBytes(bytes),
    collapsible: "expanded",
    words: ["images"],
    tooltip: "The sum counts layers that images share once for each of them.",
  };
}

function containerRow(node: ContainerNode, containers: Containers): Row {
  const { container } = node;
  const stale = containers.state.kind === "absent";
  const ports = portsText(container.ports);
  const gpu = gpuText(container, containers);
  const description = [container.image, stale ? undefined : container.status, ports, gpu.badge]
    .filter((part) => part !== undefined && part !== "")
    .join(" · ");
  const running = container.state === "running";
  return {
    id: nodeId(node),
    label: container.name,
    description,
    icon: stateIcon(container),
    collapsible: "none",
    words: ["container", running ? "running" : container.state === "paused" ? "paused" : "stopped"],
    tooltip: [
      container.name,
      `Image: ${container.image}`,
      `State: ${container.status || container.state}`,
      ports === "" ? undefined : `Ports: ${ports}`,
      gpu.detail,
      `Id: ${container.id.slice(0, 12)}`,
    ]
      .filter((line) => line !== undefined)
      .join("\n"),
    accessibleLabel: `Container ${container.name}, ${container.status || container.state}, image ${container.image}${gpu.badge === undefined ? "" : `, ${gpu.badge}`}`,
  };
}

/** A badge only for what nvidia-smi itself said inside the container, never for what was asked for. */
function gpuText(container: ContainerSummary, containers: Containers): { badge?: string; detail?: string } {
  const check = containers.gpuCheck(container.id);
  if (check?.kind === "verified") {
    const count = check.gpus.length === 1 ? "1 GPU verified" : `${check.gpus.length} GPUs verified`;
    return {
      badge: count,
      detail: [
        "nvidia-smi in this container:",
        ...check.gpus.map((gpu) => `  GPU ${gpu.index}: ${gpu.name}`),
      ].join("\n"),
    };
  }
  if (check?.kind === "none") return { badge: "no GPU seen", detail: `GPU: ${check.reason}` };
  if (container.gpusAsked === undefined) return {};
  return { detail: `GPUs asked for: ${container.gpusAsked} (not verified: run Check GPUs in Container)` };
}

function stateIcon(container: ContainerSummary): { id: string; color?: string } {
  switch (container.state) {
    case "running":
      return /\(unhealthy\)/.test(container.status)
        ? { id: "warning", color: "list.warningForeground" }
        : { id: "vm-running", color: "testing.iconPassed" };
    case "paused":
      return { id: "debug-pause" };
    case "restarting":
      return { id: "sync", color: "list.warningForeground" };
    case "dead":
      return { id: "error", color: "list.errorForeground" };
    case "exited":
      // 137 and 143 are what stop and kill make.
      return /^Exited \((?!0\)|137\)|143\))/.test(container.status)
        ? { id: "error", color: "list.errorForeground" }
        : { id: "vm-outline" };
    case "created":
    case "removing":
      return { id: "vm-outline" };
  }
}

function imageRow(node: ImageNode, nowMs: number): Row {
  const { image, tag } = node;
  const id = image.id.replace(/^sha256:/, "").slice(0, 12);
  const age = ageText(nowMs - image.createdMs);
  return {
    id: nodeId(node),
    label: tag ?? `<no name> ${id}`,
    description: [formatBytes(image.sizeBytes), image.createdMs > 0 ? age : undefined]
      .filter(Boolean)
      .join(" · "),
    icon: { id: tag === undefined ? "question" : "package" },
    collapsible: "none",
    words: ["image", tag === undefined ? "unnamed" : "named"],
    tooltip: [
      tag ?? "An image that lost its name, for example to a newer build",
      `Id: ${id}`,
      `Size: ${formatBytes(image.sizeBytes)}`,
    ].join("\n"),
    accessibleLabel: `Image ${tag ?? id}, ${formatBytes(image.sizeBytes)}, ${age}`,
  };
}

/** `just now`, `5 min ago`, `3 h ago`, `12 d ago`. */
export function ageText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
}
