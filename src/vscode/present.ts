// The one place where a failure becomes a notification: one sentence, at most one remedy, and the log.
import * as vscode from "vscode";
import { isAbort } from "../base/signal.ts";
import { Trouble } from "../base/trouble.ts";
import type { ChannelLog } from "./log.ts";

const showLog = "Show Log";

export type Present = (error: unknown) => Promise<void>;

/** Shows an error to the person; a cancellation stays quiet, anything but a Trouble says that it is a bug. */
export function presenter(log: ChannelLog): Present {
  return async (error) => {
    if (isAbort(error)) return;
    if (!Trouble.is(error)) {
      log.error("Unexpected error", error);
      if (error instanceof Error && error.stack) log.error(error.stack);
      const chosen = await vscode.window.showErrorMessage(
        `This is a bug in Slipway: ${error instanceof Error ? error.message : String(error)}`,
        showLog,
      );
      if (chosen === showLog) log.show();
      return;
    }
    log.error(error.text, error.cause);
    if (error.detail) log.error(error.detail);
    const { remedy } = error;
    const chosen = await vscode.window.showErrorMessage(
      error.text,
      ...(remedy ? [remedy.title] : []),
      showLog,
    );
    if (chosen === showLog) log.show();
    else if (chosen && remedy?.command)
      await vscode.commands.executeCommand(remedy.command, ...(remedy.args ?? []));
    else if (chosen && remedy?.url) await vscode.env.openExternal(vscode.Uri.parse(remedy.url));
  };
}
