// Everything the faces may use, put together once by a root.
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Asynchronous } from "../base/lazy.ts";
import type { Builds } from "./jobs/build.ts";
import type { Launches } from "./jobs/launch/launches.ts";
import type { Clusters } from "./stores/clusters.ts";
import type { Containers } from "./stores/containers.ts";
import type { Gpus } from "./stores/gpus.ts";
import type { Attachment, DevcontainerTools, Kernels, Workspace } from "./stores/environments/ports.ts";
import type { UsedEnvironments } from "./stores/environments/used.ts";
import type { Environments } from "./stores/environments.ts";
import type { Forwards } from "./stores/forwards.ts";
import type { Problems } from "./stores/problems.ts";

export interface App {
  readonly clock: Clock;
  readonly log: Log;
  /** Kubernetes: contexts, and what is known of the objects in each. */
  readonly clusters: Clusters;
  /** Forwarded ports. */
  readonly forwards: Forwards;
  /** What pods do with their GPUs. */
  readonly gpus: Gpus;
  /** The Docker engine: images and containers. */
  readonly containers: Containers;
  /** Image builds. */
  readonly builds: Builds;
  /** Devcontainers and Jupyter servers. */
  environments(): Promise<Environments>;
  readonly usedEnvironments: UsedEnvironments;
  readonly launches: Asynchronous<Launches>;
  readonly devcontainerFiles: Pick<DevcontainerTools, "create" | "exists">;
  readonly workspace: Workspace;
  readonly kernels: Kernels;
  readonly attachment: Attachment;
  /** A cluster in this process, for a first look. */
  readonly sandbox: { start(): Promise<void> };
  /** Findings that come from doing (a failed build), by file. */
  readonly problems: Problems;
}
