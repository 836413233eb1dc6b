// Everything the faces may use, put together once by a root.
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Builds } from "./jobs/build.ts";
import type { Clusters } from "./stores/clusters.ts";
import type { Containers } from "./stores/containers.ts";
import type { Gpus } from "./stores/gpus.ts";
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
  /** A cluster in this process, for a first look. */
  readonly sandbox: { start(): Promise<void> };
  /** Findings that come from doing (a failed build), by file. */
  readonly problems: Problems;
}
