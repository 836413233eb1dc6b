// The window as commands see it: pickers, questions, progress, documents, streams, terminals.
import * as vscode from "vscode";
import type { Signal } from "../base/signal.ts";
import type { Choice, Progress, Ui } from "../ui/ui.ts";
import type { Documents } from "./documents.ts";
import type { Present } from "./present.ts";
import { type OutputStreams, terminalStream } from "./streams.ts";

export function windowUi(parts: { present: Present; documents: Documents; outputs: OutputStreams }): Ui {
  const { present, documents, outputs } = parts;
  return {
    pick,
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
    async stream(name, kind) {
      return kind === "terminal" ? terminalStream(name) : outputs.open(name);
    },
    terminal(name, argv, env) {
      const [shellPath, ...shellArgs] = argv;
      if (!shellPath) return;
      vscode.window.createTerminal({ name, shellPath, shellArgs, ...(env ? { env } : {}) }).show();
    },
    activeFile() {
      const uri = vscode.window.activeTextEditor?.document.uri;
      return uri?.scheme === "file" ? uri.fsPath : undefined;
    },
    async textOf(path) {
      const open = vscode.window.activeTextEditor?.document;
      const document = path === undefined ? open : await vscode.workspace.openTextDocument(path);
      if (!document) return undefined;
      return { name: document.fileName.split(/[\\/]/).pop() ?? "", text: document.getText() };
    },
    async findFiles(glob) {
      const found = await vscode.workspace.findFiles(glob, "**/node_modules/**", 100);
      return found.map((uri) => uri.fsPath).sort();
    },
    async showView(id) {
      await vscode.commands.executeCommand(`${id}.focus`);
    },
    async copy(text) {
      await vscode.env.clipboard.writeText(text);
    },
    async openUrl(url) {
      await vscode.env.openExternal(await vscode.env.asExternalUri(vscode.Uri.parse(url)));
    },
  };
}

async function pick<T>(
  title: string,
  choices: Choice<T>[] | Promise<Choice<T>[]>,
  placeholder?: string,
): Promise<T | undefined> {
  type Item = vscode.QuickPickItem & { value: T };
  const items = Promise.resolve(choices).then((all) =>
    all.map(
      (choice): Item => ({
        label: choice.icon ? `$(${choice.icon}) ${choice.label}` : choice.label,
        value: choice.value,
        ...(choice.description ? { description: choice.description } : {}),
        ...(choice.detail ? { detail: choice.detail } : {}),
        ...(choice.picked ? { picked: true } : {}),
      }),
    ),
  );
  // VS Code would show the rejection as its own error; ours goes to the command's presenter.
  const cancel = new vscode.CancellationTokenSource();
  let failed: { error: unknown } | undefined;
  items.catch((error: unknown) => {
    failed = { error };
    cancel.cancel();
  });
  const chosen = await vscode.window.showQuickPick(
    items.catch((): Item[] => []),
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
