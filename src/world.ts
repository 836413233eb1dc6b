// ROOT 1, second half: builds what commands and views work with, when the first of them is used. Nothing here
// contacts anything: engines and clusters are reached later still, and heavy rooms are entered by `await import()`.
import { join } from "node:path";
import * as vscode from "vscode";
import type { App } from "./app/app.ts";
import { Builds } from "./app/jobs/build.ts";
import { areSpecs } from "./app/jobs/forward/spec.ts";
import type { Launches } from "./app/jobs/launch/launches.ts";
import type { ClusterFindings } from "./app/stores/clusterFindings.ts";
import { areLooks, ClusterLooks } from "./app/stores/clusterLooks.ts";
import { Clusters } from "./app/stores/clusters.ts";
import { Containers } from "./app/stores/containers.ts";
import { areUsed, UsedEnvironments } from "./app/stores/environments/used.ts";
import type { ServedCluster } from "./app/stores/servedCluster.ts";
import type { Environments } from "./app/stores/environments.ts";
import { Forwards } from "./app/stores/forwards.ts";
import { LocalClusters } from "./app/stores/localClusters.ts";
import { Gpus } from "./app/stores/gpus.ts";
import type { Problems } from "./app/stores/problems.ts";
import { systemClock as clock } from "./base/clock.ts";
import { lazy } from "./base/lazy.ts";
import type { Log } from "./base/log.ts";
import { contextGuard } from "./core/kube/contextGuard.ts";
import type { Docker } from "./io/docker/docker.ts";
import type { Ui } from "./ui/ui.ts";
import { judge } from "./vscode/clusterFindings.ts";
import { devContainers } from "./vscode/devContainers.ts";
import type { Checker } from "./vscode/diagnostics.ts";
import { Documents } from "./vscode/documents.ts";
import { showGuards } from "./vscode/guardStatus.ts";
import { ignoredSettings } from "./vscode/ignoredSettings.ts";
import { KernelPicker } from "./vscode/jupyter.ts";
import { LiveDocuments } from "./vscode/liveDocuments.ts";
import { memory } from "./vscode/memory.ts";
import type { Present } from "./vscode/present.ts";
import { SandboxCluster } from "./vscode/sandbox.ts";
import { secretsIn } from "./vscode/secrets.ts";
import { readSetting } from "./vscode/settings.ts";
import { OutputStreams } from "./vscode/streams.ts";
import { windowUi } from "./vscode/window.ts";
import type { Reveal } from "./vscode/trees.ts";
import { openWorkspace } from "./vscode/workspace.ts";

export interface World {
  app: App;
  ui: Ui;
}

/** What is there from the start. */
export interface Given {
  readonly log: Log;
  readonly present: Present;
  readonly problems: Problems;
  readonly clusterFindings: ClusterFindings;
  readonly servedCluster: ServedCluster;
  readonly checker: Checker;
  /** Where schemas of clusters are kept. */
  readonly servedFolder: string;
  readonly reveal: Reveal;
}

export function buildWorld(context: vscode.ExtensionContext, given: Given): World {
  const { log, present, problems, clusterFindings, servedCluster, checker, servedFolder, reveal } = given;
  const own = <T extends vscode.Disposable>(thing: T): T => {
    context.subscriptions.push(thing);
    return thing;
  };
  const documents = own(new Documents());
  const outputs = own(new OutputStreams());
  const ui = windowUi({ present, documents, live: own(new LiveDocuments()), outputs, reveal });

  const dockerPlace = { host: () => readSetting("docker.host"), program: () => readSetting("docker.path") };
  let docker: Promise<Docker> | undefined;
  const openDocker = () =>
    (docker ??= import("./io/docker/docker.ts").then((io) => new io.Docker(dockerPlace, log)));
  const engine = lazy(async () => (await openDocker()).engine);
  const registry = lazy(async () => (await openDocker()).registry);
  const builder = lazy(async () => (await openDocker()).builder);
  const sandbox = own(new SandboxCluster(async () => (await import("./sandbox/sandbox.ts")).startSandbox()));
  const guards = (name: string) =>
    contextGuard(name, {
      readOnly: readSetting("contexts.readOnly"),
      protected: readSetting("contexts.protected"),
    });
  const kube = lazy(async () => {
    const io = await import("./io/kube/clusters.ts");
    const paths = () => readSetting("kubernetes.kubeconfig");
    const isReadOnly = (name: string) => guards(name) === "readOnly";
    // What is written by hand may be anything.
    const silenceMs = () => Math.min(600, Math.max(30, readSetting("kubernetes.silenceSeconds"))) * 1_000;
    return new io.KubeClusters(paths, clock, log, { more: () => sandbox.kubeconfigs, isReadOnly, silenceMs });
  });
  const namespaces = () => readSetting("kubernetes.namespaces");
  const clusters = own(new Clusters(kube, clock, log, namespaces, guards));
  own(showGuards(clusters));
  // Its settings count from now on.
  own(vscode.workspace.onDidGrantWorkspaceTrust(() => void clusters.refreshIfRead()));
  own(
    clusters.changed((changes) => {
      if (changes.some(({ what }) => what === "contexts"))
        servedCluster.keepOnly(clusters.opened.map(({ entry }) => entry.name));
    }),
  );
  const remembered = memory(context.workspaceState, "forwards", areSpecs, log);
  const restores = () => readSetting("forward.restore");
  const forwards = own(new Forwards({ clusters, clock, log }, remembered, restores));

  const containers = own(new Containers(engine, registry, clock, log));
  const localTools = lazy(async () => {
    const { Processes } = await import("./io/process/processes.ts");
    return new (await import("./io/kube/localTools.ts")).LocalTools(new Processes(log));
  });
  const isTrusted = () => vscode.workspace.isTrusted;
  const localClusters = own(new LocalClusters(containers, localTools, isTrusted, log));
  const machine = { port: lazy(async () => (await openDocker()).machineGpus), containers };
  const tools = lazy(async () => {
    const { Devcontainers } = await import("./io/devcontainer/devcontainers.ts");
    const files = {
      program: join(__dirname, "devcontainers", "dist", "spec-node", "devContainersSpecCLI.js"),
      guard: join(__dirname, "endWithParent.js"),
      compiled: join(context.globalStorageUri.fsPath, "compiled"),
    };
    return new Devcontainers((await openDocker()).processes, files, dockerPlace.program);
  });
  const jupyter = lazy(async () => new (await import("./io/jupyter/client.ts")).JupyterClient());
  const secrets = secretsIn(context.secrets, "jupyter");
  let launching: Launches | undefined;
  const launches = lazy(async () => {
    const job = await import("./app/jobs/launch/launches.ts");
    const allowed = memory(context.globalState, "initializeCommands", Array.isArray, log);
    launching = new job.Launches({ engine: containers.engine, jupyter, tools, secrets, clock, log }, allowed);
    return launching;
  });
  const workspace = own(openWorkspace());
  const pods = lazy(async () => {
    const { PodServers } = await import("./app/jobs/launch/podServers.ts");
    return new PodServers({ clusters, forwards, jupyter, secrets });
  });
  const usedEnvironments = new UsedEnvironments(memory(context.globalState, "environments", areUsed, log));
  let opened: Promise<Environments> | undefined;
  const environments = () =>
    (opened ??= import("./app/stores/environments.ts").then(
      (store) =>
        new store.Environments({
          containers,
          clusters,
          forwards,
          pods,
          launches,
          workspace,
          used: usedEnvironments,
          secrets,
          jupyter,
          clock,
          log,
        }),
    ));
  const kernels = own(new KernelPicker(environments, usedEnvironments, log));
  kernels.restore();

  const app: App = {
    clock,
    log,
    problems,
    clusterFindings,
    servedCluster,
    schemaKeep: async () => new (await import("./io/served/servedFiles.ts")).ServedFiles(servedFolder),
    manifestFiles: lazy(async () => {
      const { ManifestFiles } = await import("./io/kube/manifestFiles.ts");
      return new ManifestFiles(new (await import("./io/process/processes.ts")).Processes(log));
    }),
    judge: (uri, cluster) => judge(checker, uri, cluster),
    sandbox,
    ignoredSettings: ignoredSettings(log),
    clusters,
    looks: new ClusterLooks(
      memory(context.workspaceState, "clusterLooks", areLooks, log),
      memory(context.globalState, "clusterLooks", areLooks, log),
    ),
    localClusters,
    forwards,
    gpus: own(new Gpus(clusters, clock, log, isTrusted, machine)),
    containers,
    environments,
    usedEnvironments,
    launches,
    devcontainerFiles: tools,
    workspace,
    kernels,
    attachment: devContainers,
    builds: new Builds(builder, problems, clock, log),
  };

  own({
    dispose() {
      launching?.dispose();
      void opened?.then((store) => store.dispose());
      void docker?.then((engine) => engine.dispose());
    },
  });
  return { app, ui };
}
