// ROOT 1: builds the world of the extension. Nothing here contacts anything: engines and clusters are reached
// when a view is visible or a command runs, and heavy rooms are entered by `await import()` then.
import { join } from "node:path";
import * as vscode from "vscode";
import type { App } from "./app/app.ts";
import { Builds } from "./app/jobs/build.ts";
import { Clusters } from "./app/stores/clusters.ts";
import { Containers } from "./app/stores/containers.ts";
import { Forwards } from "./app/stores/forwards.ts";
import { Gpus } from "./app/stores/gpus.ts";
import { Problems } from "./app/stores/problems.ts";
import { systemClock as clock } from "./base/clock.ts";
import { lazy } from "./base/lazy.ts";
import type { CheckThread } from "./io/check/checkThread.ts";
import type { Docker } from "./io/docker/docker.ts";
import { commandHeaders } from "./ui/commands/headers.gen.ts";
import { panels } from "./ui/panels/index.gen.ts";
import { views } from "./ui/views/index.gen.ts";
import { registerCommands } from "./vscode/commands.ts";
import { Diagnostics } from "./vscode/diagnostics.ts";
import { Documents } from "./vscode/documents.ts";
import { channelLog } from "./vscode/log.ts";
import { memory } from "./vscode/memory.ts";
import { registerPanels } from "./vscode/panels.ts";
import { presenter } from "./vscode/present.ts";
import { showProblems } from "./vscode/problems.ts";
import { registerQuickFixes } from "./vscode/quickFixes.ts";
import { SandboxCluster } from "./vscode/sandbox.ts";
import { readSetting } from "./vscode/settings.ts";
import { OutputStreams } from "./vscode/streams.ts";
import { registerViews } from "./vscode/trees.ts";
import { windowUi } from "./vscode/window.ts";

export function activate(context: vscode.ExtensionContext): void {
  const own = <T extends vscode.Disposable>(thing: T): T => {
    context.subscriptions.push(thing);
    return thing;
  };
  const log = own(channelLog());
  const present = presenter(log);
  const documents = own(new Documents());
  const outputs = own(new OutputStreams());
  const ui = windowUi({ present, documents, outputs });

  const dockerPlace = { host: () => readSetting("docker.host"), program: () => readSetting("docker.path") };
  let docker: Promise<Docker> | undefined;
  const openDocker = () =>
    (docker ??= import("./io/docker/docker.ts").then((io) => new io.Docker(dockerPlace, log)));
  const engine = lazy(async () => (await openDocker()).engine);
  const registry = lazy(async () => (await openDocker()).registry);
  const builder = lazy(async () => (await openDocker()).builder);
  let thread: CheckThread | undefined;
  const checker = lazy(async () => {
    const io = await import("./io/check/checkThread.ts");
    thread = new io.CheckThread(join(__dirname, "checkWorker.js"));
    return thread;
  });
  const sandbox = own(
    new SandboxCluster(join(context.globalStorageUri.fsPath, "sandbox.kubeconfig"), async () =>
      (await import("./sandbox/sandbox.ts")).startSandbox(),
    ),
  );
  const kube = lazy(async () => {
    const io = await import("./io/kube/clusters.ts");
    const paths = () => readSetting("kubernetes.kubeconfig");
    return new io.KubeClusters(paths, clock, log, () => sandbox.kubeconfigs);
  });

  const problems = new Problems();
  const namespaces = () => readSetting("kubernetes.namespaces");
  const clusters = own(new Clusters(kube, clock, log, namespaces));
  const remembered = memory(context.workspaceState, "forwards");
  const restores = () => readSetting("forward.restore");
  const containers = own(new Containers(engine, registry, clock, log));
  const machine = { port: lazy(async () => (await openDocker()).machineGpus), containers };
  const app: App = {
    clock,
    log,
    problems,
    sandbox,
    clusters,
    forwards: own(new Forwards({ clusters, clock, log }, remembered, restores)),
    gpus: own(new Gpus(clusters, clock, log, () => vscode.workspace.isTrusted, machine)),
    containers,
    builds: new Builds(builder, problems, clock, log),
  };

  own(registerQuickFixes(own(new Diagnostics(checker, log))));
  own(showProblems(problems));
  own(registerViews(views, app, present));
  own(registerPanels(panels, app, context.extensionUri));
  const load = async () => (await import("./ui/commands/index.gen.ts")).commands;
  own(registerCommands(commandHeaders, load, app, ui, present));
  own({
    dispose() {
      void thread?.dispose();
      void docker?.then((opened) => opened.dispose());
    },
  });
}
