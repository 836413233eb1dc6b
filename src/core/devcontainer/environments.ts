// Which development environments there are: the devcontainers of the workspace, their containers, and other
// containers that seem to run Jupyter. Pure: lists in, list out.
import type { ContainerSummary } from "../image/objects.ts";
import { devcontainerId, devcontainerLabel, folderOfConfig, jupyterPort } from "./names.ts";

interface EnvironmentBase {
  /** The same over restarts, rebuilds and windows. */
  id: string;
  label: string;
}

export interface DevcontainerEnvironment extends EnvironmentBase {
  kind: "devcontainer";
  folder: string;
  configFile: string;
  /** The newest of its containers; undefined before it was launched. */
  container: ContainerSummary | undefined;
}

export interface ContainerEnvironment extends EnvironmentBase {
  kind: "container";
  container: ContainerSummary;
}

export type LocalEnvironment = DevcontainerEnvironment | ContainerEnvironment;

/** A devcontainer.json that was found: its path, and its own name where it has one. */
export interface ConfigFile {
  path: string;
  name: string | undefined;
}

/** Sorted: devcontainers of the workspace, those of other folders, other containers; each by name. */
export function environmentsFrom(
  configs: readonly ConfigFile[],
  containers: readonly ContainerSummary[],
): LocalEnvironment[] {
  const found = new Map<string, DevcontainerEnvironment>();
  for (const { path, name } of configs) {
    const folder = folderOfConfig(path);
    if (folder === undefined) continue;
    const id = devcontainerId(folder, path);
    const label = devcontainerLabel(folder, name);
    found.set(id, { kind: "devcontainer", id, label, folder, configFile: path, container: undefined });
  }
  const own = new Set(found.keys());
  const others: ContainerEnvironment[] = [];
  for (const container of containers) {
    const { devcontainer } = container;
    if (devcontainer) {
      const { folder, configFile } = devcontainer;
      const id = devcontainerId(folder, configFile);
      const known = found.get(id);
      if (!known) {
        const label = devcontainerLabel(folder, undefined);
        found.set(id, { kind: "devcontainer", id, label, folder, configFile, container });
      } else if (!known.container || known.container.createdMs < container.createdMs) {
        known.container = container;
      }
    } else if (seemsJupyter(container)) {
      others.push({ kind: "container", id: `container:${container.name}`, label: container.name, container });
    }
  }
  const byLabel = (one: LocalEnvironment, other: LocalEnvironment) =>
    one.label.localeCompare(other.label) || one.id.localeCompare(other.id);
  const devcontainers = Array.from(found.values());
  return [
    ...devcontainers.filter((one) => own.has(one.id)).sort(byLabel),
    ...devcontainers.filter((one) => !own.has(one.id)).sort(byLabel),
    ...others.sort(byLabel),
  ];
}

/** By its image, its command or the port that every Jupyter image uses. */
export function seemsJupyter({ image, command, ports }: ContainerSummary): boolean {
  return (
    /jupyter|notebook/i.test(image) ||
    /jupyter|start-notebook|start-singleuser/i.test(command) ||
    ports.some(({ port }) => port === jupyterPort)
  );
}

/** Who works in a container and where, from the engine's record of it. */
export function workplace(inspected: unknown, folder: string | undefined): { user: string; folder: string } {
  const config = field(inspected, "Config");
  const labels = field(config, "Labels");
  const user = remoteUser(field(labels, "devcontainer.metadata")) ?? text(field(config, "User")) ?? "root";
  const mounted = folder === undefined ? undefined : mountedAt(field(inspected, "Mounts"), folder);
  return { user, folder: mounted ?? text(field(config, "WorkingDir")) ?? "/" };
}

/** Where a folder is in a container: itself mounted, or one above it, as Compose files often have it. */
function mountedAt(mounts: unknown, folder: string): string | undefined {
  let best: { source: string; path: string } | undefined;
  for (const mount of Array.isArray(mounts) ? (mounts as unknown[]) : []) {
    const source = text(field(mount, "Source"))?.replace(/\/$/, "");
    const destination = text(field(mount, "Destination"));
    if (source === undefined || destination === undefined) continue;
    if (folder !== source && !folder.startsWith(`${source}/`)) continue;
    if (best && best.source.length >= source.length) continue;
    const path = `${destination.replace(/\/$/, "")}${folder.slice(source.length)}`;
    best = { source, path: path === "" ? "/" : path };
  }
  return best?.path;
}

/** The last `remoteUser`, else `containerUser`, of the metadata that the image and the file add up to. */
function remoteUser(label: unknown): string | undefined {
  if (typeof label !== "string") return undefined;
  try {
    const entries = JSON.parse(label) as unknown;
    const all = Array.isArray(entries) ? entries : [entries];
    for (const name of ["remoteUser", "containerUser"]) {
      const user = all.map((entry) => text(field(entry, name))).findLast((one) => one !== undefined);
      // A variable is known only to the command line.
      if (user !== undefined && !user.includes("$")) return user;
    }
  } catch {
    // Not ours to judge: the container's own user stays.
  }
  return undefined;
}

/** When the container was last started, in the engine's own words; it changes with each restart. */
export function startedAt(inspected: unknown): string {
  return text(field(field(inspected, "State"), "StartedAt")) ?? "";
}

export function isRunning(inspected: unknown): boolean {
  return field(field(inspected, "State"), "Running") === true;
}

/** Why a container, or something in it, has ended, when the engine says so: killed for memory, an error. */
export function endText(inspected: unknown): string | undefined {
  const state = field(inspected, "State");
  if (field(state, "OOMKilled") === true) return "killed because memory ran out";
  const error = text(field(state, "Error"));
  if (error !== undefined) return error.split("\n", 1)[0];
  return undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
