// Registers the commands: each runs with the app, the window and what was clicked. Their code is loaded when the
// first of them runs, because activation would pay for all of it.
import * as vscode from "vscode";
import type { App } from "../app/app.ts";
import type { Command, CommandHeader } from "../ui/command.ts";
import type { Ui } from "../ui/ui.ts";
import type { Present } from "./present.ts";

export function registerCommands(
  headers: readonly CommandHeader[],
  load: () => Promise<readonly Command[]>,
  world: () => Promise<{ app: App; ui: Ui }>,
  present: Present,
): vscode.Disposable {
  return vscode.Disposable.from(
    ...headers.map(({ id, title, needsTrust }) =>
      vscode.commands.registerCommand(id, async (target: unknown, chosen: unknown) => {
        try {
          if (needsTrust && !vscode.workspace.isTrusted) {
            await askForTrust(title);
            return;
          }
          const [commands, { app, ui }] = await Promise.all([load(), world()]);
          const command = commands.find((one) => one.id === id);
          await command?.run(app, ui, (command.takesMany && several(chosen)) || plain(target));
        } catch (error) {
          // Not awaited: the command has ended, the notification stays as long as the person wants.
          void present(error);
        }
      }),
    ),
  );
}

/** Commands know no Uri: a file's target is its path, the active editor's when a file menu gave none. */
function plain(target: unknown): unknown {
  return target instanceof vscode.Uri ? target.fsPath : target;
}

/** The paths of what was chosen beside the one that was clicked, which is among them. */
function several(chosen: unknown): string[] | undefined {
  if (!Array.isArray(chosen) || chosen.length < 2) return undefined;
  return chosen.flatMap((one) => (one instanceof vscode.Uri ? [one.fsPath] : []));
}

async function askForTrust(title: string): Promise<void> {
  const manage = "Manage Workspace Trust";
  const chosen = await vscode.window.showWarningMessage(
    `"${title}" runs programs on this machine, so it needs a trusted workspace.`,
    manage,
  );
  if (chosen === manage) await vscode.commands.executeCommand("workbench.trust.manage");
}
