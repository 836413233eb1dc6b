// ROOT 1, first half: what has to be there from the start. Checking works at once; what commands and views work with
// is built when the first of them is used, so that opening a file costs no more than its check.
import { join } from "node:path";
import * as vscode from "vscode";
import { ClusterFindings } from "./app/stores/clusterFindings.ts";
import type { Renders } from "./app/jobs/render.ts";
import { ServedCluster } from "./app/stores/servedCluster.ts";
import { Problems } from "./app/stores/problems.ts";
import { systemClock } from "./base/clock.ts";
import { Emitter } from "./base/event.ts";
import { lazy } from "./base/lazy.ts";
import type { AssistThread } from "./io/assist/assistThread.ts";
import type { CheckThread } from "./io/check/checkThread.ts";
import { commandHeaders } from "./ui/commands/headers.gen.ts";
import { panels } from "./ui/panels/index.gen.ts";
import { views } from "./ui/views/index.gen.ts";
import { registerAssist } from "./vscode/assist.ts";
import { showClusterFindings } from "./vscode/clusterFindings.ts";
import { registerCommands } from "./vscode/commands.ts";
import { type Checker, Diagnostics } from "./vscode/diagnostics.ts";
import { registerLanguage } from "./vscode/language.ts";
import { channelLog } from "./vscode/log.ts";
import { onJupyterNotebook } from "./vscode/notebooks.ts";
import { registerPanels } from "./vscode/panels.ts";
import { presenter } from "./vscode/present.ts";
import { showProblems } from "./vscode/problems.ts";
import { registerRendering } from "./vscode/rendering.ts";
import { registerQuickFixes } from "./vscode/quickFixes.ts";
import { registerViews, type Reveal } from "./vscode/trees.ts";
import type { World } from "./world.ts";

export function activate(context: vscode.ExtensionContext): void {
  const own = <T extends vscode.Disposable>(thing: T): T => {
    context.subscriptions.push(thing);
    return thing;
  };
  const log = own(channelLog());
  const present = presenter(log);
  const problems = new Problems();
  const clusterFindings = new ClusterFindings();
  const servedCluster = new ServedCluster();
  const servedFolder = join(context.globalStorageUri.fsPath, "served");
  const schemasPath = join(__dirname, "..", "data", "kubernetes.schemas");
  let thread: CheckThread | undefined;
  const othersChanged = new Emitter<string | undefined>();
  const checks = lazy(async () => {
    const io = await import("./io/check/checkThread.ts");
    thread = new io.CheckThread(join(__dirname, "checkWorker.js"), { schemasPath, servedFolder });
    thread.othersChanged((by) => othersChanged.fire(by));
    return thread;
  });
  const checker: Checker = {
    check: (request) => checks.check(request),
    fix: (request) => checks.fix(request),
    changed: (paths) => thread?.changed(paths),
    closed: (path) => thread?.closed(path),
    othersChanged: othersChanged.event,
  };
  let assistant: AssistThread | undefined;
  const assist = async () => {
    const io = await import("./io/assist/assistThread.ts");
    return (assistant ??= new io.AssistThread(join(__dirname, "assistWorker.js"), {
      schemasPath,
      servedFolder,
    }));
  };
  const reveal: Reveal = (view, target) => registered.reveal(view, target);
  const given = { log, present, problems, clusterFindings, servedCluster, checker, servedFolder, reveal };
  let building: Promise<World> | undefined;
  const world = () => (building ??= import("./world.ts").then((root) => root.buildWorld(context, given)));
  const app = async () => (await world()).app;

  own(registerQuickFixes(own(new Diagnostics(checker, log, servedCluster)), clusterFindings));
  own(registerLanguage(clusterFindings));
  own(
    registerAssist(
      {
        hover: async (place) => (await assist()).hover(place),
        completions: async (place) => (await assist()).completions(place),
      },
      servedCluster,
    ),
  );
  own(showProblems(problems));
  const rendered = new Problems();
  let renders: Renders | undefined;
  const rendering = lazy(async () => {
    const [io, job] = await Promise.all([
      import("./io/render/renderThread.ts"),
      import("./app/jobs/render.ts"),
    ]);
    const thread = new io.RenderThread(join(__dirname, "renderWorker.js"), schemasPath, log);
    return (renders = own(new job.Renders(thread, rendered, systemClock, log)));
  });
  own(showProblems(rendered, "slipway-rendered"));
  own(
    registerRendering({
      opened: (path, settings) => rendering.opened(path, settings),
      saved: (path, settings) => rendering.saved(path, settings),
      // Before anything is rendered there is nothing to take away.
      edited: (path) => renders?.edited(path),
    }),
  );
  own(showClusterFindings(clusterFindings, () => building));
  const registered = own(registerViews(views, app, present, systemClock));
  own(registerPanels(panels, app, context.extensionUri));
  const load = async () => (await import("./ui/commands/index.gen.ts")).commands;
  own(registerCommands(commandHeaders, load, world, present));
  // A notebook of an earlier window may want the kernel that it had.
  if (context.globalState.get("environments") !== undefined) own(onJupyterNotebook(world));
  own({ dispose: () => void Promise.all([thread?.dispose(), assistant?.dispose()]) });
}
