// ROOT 1, first half: what has to be there from the start. Checking works at once; what commands and views work with
// is built when the first of them is used, so that opening a file costs no more than its check.
import { join } from "node:path";
import * as vscode from "vscode";
import { Problems } from "./app/stores/problems.ts";
import { lazy } from "./base/lazy.ts";
import type { CheckThread } from "./io/check/checkThread.ts";
import { commandHeaders } from "./ui/commands/headers.gen.ts";
import { panels } from "./ui/panels/index.gen.ts";
import { views } from "./ui/views/index.gen.ts";
import { registerCommands } from "./vscode/commands.ts";
import { Diagnostics } from "./vscode/diagnostics.ts";
import { channelLog } from "./vscode/log.ts";
import { memory } from "./vscode/memory.ts";
import { onJupyterNotebook } from "./vscode/notebooks.ts";
import { registerPanels } from "./vscode/panels.ts";
import { presenter } from "./vscode/present.ts";
import { showProblems } from "./vscode/problems.ts";
import { registerQuickFixes } from "./vscode/quickFixes.ts";
import { registerViews } from "./vscode/trees.ts";
import type { World } from "./world.ts";

export function activate(context: vscode.ExtensionContext): void {
  const own = <T extends vscode.Disposable>(thing: T): T => {
    context.subscriptions.push(thing);
    return thing;
  };
  const log = own(channelLog());
  const present = presenter(log);
  const problems = new Problems();
  let thread: CheckThread | undefined;
  const checker = lazy(async () => {
    const io = await import("./io/check/checkThread.ts");
    thread = new io.CheckThread(join(__dirname, "checkWorker.js"));
    return thread;
  });
  let building: Promise<World> | undefined;
  const world = () =>
    (building ??= import("./world.ts").then((root) => root.buildWorld(context, { log, present, problems })));
  const app = async () => (await world()).app;

  own(registerQuickFixes(own(new Diagnostics(checker, log))));
  own(showProblems(problems));
  own(registerViews(views, app, present));
  own(registerPanels(panels, app, context.extensionUri));
  const load = async () => (await import("./ui/commands/index.gen.ts")).commands;
  own(registerCommands(commandHeaders, load, world, present));
  // A notebook of an earlier window may want the kernel that it had.
  if (memory(context.globalState, "environments").read() !== undefined) own(onJupyterNotebook(world));
  own({ dispose: () => void thread?.dispose() });
}
