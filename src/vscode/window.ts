// The window as commands see it: pickers, questions, progress, documents, streams, terminals.
import { homedir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { Signal } from "../base/signal.ts";
import type { Choice, Progress, Ui } from "../ui/ui.ts";
import { openConsole } from "./console.ts";
import type { Documents } from "./documents.ts";
import type { LiveDocuments } from "./liveDocuments.ts";
import type { Present } from "./present.ts";
import type { Reveal } from "./trees.ts";
import { type OutputStreams, terminalStream } from "./streams.ts";

interface Parts {
  present: Present;
  documents: Documents;
  live: LiveDocuments;
  outputs: OutputStreams;
  reveal: Reveal;
}

export function windowUi({ present, documents, live, outputs, reveal }: Parts): Ui {
  return {
    pick,
    async pickMany(title, choices, placeholder) {
      const chosen = await vscode.window.showQuickPick(choices.map(itemOf), {
        title,
        canPickMany: true,
        matchOnDescription: true,
        ...(placeholder ? { placeHolder: placeholder } : {}),
      });
      return chosen?.map(({ value }) => value);
    },
    async input(options) {
      return vscode.window.showInputBox({
        title: options.title,
        ignoreFocusOut: true,
        ...(options.prompt ? { prompt: options.prompt } : {}),
        ...(options.value === undefined ? {} : { value: options.value }),
        ...(options.secret ? { password: true } : {}),
        ...(options.placeholder ? { placeHolder: options.placeholder } : {}),
        validateInput: (text) => options.check?.(text),
      });
    },
    async confirm(text, detail, action) {
      return (await vscode.window.showWarningMessage(text, { modal: true, detail }, action)) === action;
    },
    async say(kind, text, ...actions) {
      if (kind === "error") return vscode.window.showErrorMessage(text, ...actions);
      if (kind === "warning") return vscode.window.showWarningMessage(text, ...actions);
      return vscode.window.showInformationMessage(text, ...actions);
    },
    async progress(title, work) {
      try {
        return await withProgress(title, work);
      } catch (error) {
        void present(error);
        return undefined;
      }
    },
    document: (name, language, text) => documents.show(name, language, text),
    edit: (document) => live.open(document),
    compare: (title, before, after) => documents.compare(title, before, after),
    async stream(name, kind) {
      return kind === "terminal" ? terminalStream(name) : outputs.open(name);
    },
    terminal(name, argv, env) {
      const [shellPath, ...shellArgs] = argv;
      if (!shellPath) return;
      vscode.window.createTerminal({ name, shellPath, shellArgs, ...(env ? { env } : {}) }).show();
    },
    console: openConsole,
    activeFile() {
      const uri = vscode.window.activeTextEditor?.document.uri;
      return uri?.scheme === "file" ? uri.fsPath : undefined;
    },
    async textOf(path) {
      const open = vscode.window.activeTextEditor?.document;
      const document = path === undefined ? open : await vscode.workspace.openTextDocument(path);
      if (!document) return undefined;
      const name = document.fileName.split(/[\\/]/).pop() ?? "";
      const cursor = path === undefined ? vscode.window.activeTextEditor?.selection.active : undefined;
      const offset = cursor ? { offset: document.offsetAt(cursor) } : {};
      return { name, text: document.getText(), uri: document.uri.toString(), ...offset };
    },
    async findFiles(glob) {
      const found = await vscode.workspace.findFiles(glob, "**/node_modules/**", 100);
      return found.map((uri) => uri.fsPath).sort();
    },
    async choosePath(what, title, openLabel) {
      const chosen = await vscode.window.showOpenDialog({
        title,
        openLabel,
        canSelectFiles: what === "file",
        canSelectFolders: what === "folder",
        ...firstFolder(),
      });
      return chosen?.[0]?.fsPath;
    },
    async save(name, text) {
      const [folder] = vscode.workspace.workspaceFolders ?? [];
      const defaultUri = folder
        ? vscode.Uri.joinPath(folder.uri, name)
        : vscode.Uri.file(join(homedir(), name));
      const uri = await vscode.window.showSaveDialog({ defaultUri });
      if (!uri) return false;
      await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
      return true;
    },
    async showView(id) {
      await vscode.commands.executeCommand(`${id}.focus`);
    },
    reveal,
    async copy(text) {
      await vscode.env.clipboard.writeText(text);
    },
    async openUrl(url) {
      await vscode.env.openExternal(await vscode.env.asExternalUri(vscode.Uri.parse(url)));
    },
  };
}

type Item<T> = vscode.QuickPickItem & { value: T };

function itemOf<T>(choice: Choice<T>): Item<T> {
  return {
    label: choice.icon ? `$(${choice.icon}) ${choice.label}` : choice.label,
    value: choice.value,
    ...(choice.description ? { description: choice.description } : {}),
    ...(choice.detail ? { detail: choice.detail } : {}),
    ...(choice.picked ? { picked: true } : {}),
  };
}

function firstFolder(): { defaultUri?: vscode.Uri } {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  return folder ? { defaultUri: folder.uri } : {};
}

async function pick<T>(
  title: string,
  choices: Choice<T>[] | Promise<Choice<T>[]>,
  placeholder?: string,
): Promise<T | undefined> {
  const items = Promise.resolve(choices).then((all) => all.map(itemOf));
  // VS Code would show the rejection as its own error; ours goes to the command's presenter.
  const cancel = new vscode.CancellationTokenSource();
  let failed: { error: unknown } | undefined;
  items.catch((error: unknown) => {
    failed = { error };
    cancel.cancel();
  });
  const chosen = await vscode.window.showQuickPick(
    items.catch((): Item<T>[] => []),
    {
      title,
      matchOnDescription: true,
      matchOnDetail: true,
      ...(placeholder ? { placeHolder: placeholder } : {}),
    },
    cancel.token,
  );
  if (failed) throw failed.error;
  return chosen?.value;
}

function withProgress<T>(
  title: string,
  work: (progress: Progress, signal: Signal) => Promise<T>,
): Promise<T> {
  const location = vscode.ProgressLocation.Notification;
  return Promise.resolve(
    vscode.window.withProgress({ location, title, cancellable: true }, async (shown, token) => {
      const cancel = new AbortController();
      const listener = token.onCancellationRequested(() => cancel.abort());
      let reported = 0;
      try {
        return await work(
          {
            report(text, fraction) {
              const percent = fraction === undefined ? reported : Math.floor(fraction * 100);
              shown.report({ message: text, increment: Math.max(0, percent - reported) });
              reported = Math.max(reported, percent);
            },
          },
          cancel.signal,
        );
      } finally {
        listener.dispose();
      }
    }),
  );
}
