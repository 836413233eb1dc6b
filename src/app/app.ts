// Everything the faces may use, put together once by a root.
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Signal } from "../base/signal.ts";
import type { ManifestText } from "../core/kube/manifestSet.ts";
import type { ClusterInput } from "../core/rules/liveCluster.ts";
import type { Finding } from "../core/syntax/finding.ts";
import type { Asynchronous } from "../base/lazy.ts";
import type { Builds } from "./jobs/build.ts";
import type { SchemaKeep } from "./jobs/clusterCheck/readSchemas.ts";
import type { Launches } from "./jobs/launch/launches.ts";
import type { ClusterFindings } from "./stores/clusterFindings.ts";
import type { ClusterLooks } from "./stores/clusterLooks.ts";
import type { Clusters } from "./stores/clusters.ts";
import type { Containers } from "./stores/containers.ts";
import type { Gpus } from "./stores/gpus.ts";
import type { Attachment, DevcontainerTools, Kernels, Workspace } from "./stores/environments/ports.ts";
import type { UsedEnvironments } from "./stores/environments/used.ts";
import type { Environments } from "./stores/environments.ts";
import type { Forwards } from "./stores/forwards.ts";
import type { LocalClusters } from "./stores/localClusters.ts";
import type { ServedCluster } from "./stores/servedCluster.ts";
import type { Problems } from "./stores/problems.ts";

export interface ManifestFiles {
  /** @throws Trouble where it can't be told what is meant. */
  read(paths: readonly string[], signal: Signal): Promise<ManifestText[]>;
}

export interface App {
  readonly clock: Clock;
  readonly log: Log;
  /** Kubernetes: contexts, and what is known of the objects in each. */
  readonly clusters: Clusters;
  /** How the person wants to see each context. */
  readonly looks: ClusterLooks;
  /** Clusters of this machine. */
  readonly localClusters: LocalClusters;
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
  /** What clusters said of open documents. */
  readonly clusterFindings: ClusterFindings;
  /** Versions of open clusters, for whoever checks. */
  readonly servedCluster: ServedCluster;
  /** Where schemas of clusters are kept. */
  schemaKeep(): Promise<SchemaKeep>;
  /** Holds an open document against what a cluster said, with the settings of its place. */
  judge(document: string, cluster: ClusterInput): Promise<Finding[]>;
  /** The manifests in files and folders, kustomizations built. */
  readonly manifestFiles: Asynchronous<ManifestFiles>;
  /** Settings that the workspace brings along and that are ignored, as it is not trusted; without it there are none. */
  ignoredSettings?(): Promise<readonly string[]>;
  /** Findings that come from doing (a failed build), by file. */
  readonly problems: Problems;
}
