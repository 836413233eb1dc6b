// The project's log as VS Code's own log channel, made when the first line is written.
import * as vscode from "vscode";
import { causeText, type Log } from "../base/log.ts";

export interface ChannelLog extends Log, vscode.Disposable {
  show(): void;
}

export function channelLog(): ChannelLog {
  let channel: vscode.LogOutputChannel | undefined;
  const open = () => (channel ??= vscode.window.createOutputChannel("Slipway", { log: true }));
  return {
    debug: (text) => open().debug(text),
    info: (text) => open().info(text),
    warn: (text) => open().warn(text),
    error: (text, cause) => open().error(cause === undefined ? text : `${text}: ${causeText(cause)}`),
    show: () => open().show(true),
    dispose: () => channel?.dispose(),
  };
}
