// Read-only documents (describe, YAML) under a scheme of ours; opening one again refreshes it.
import * as vscode from "vscode";

const scheme = "slipway";

export class Documents implements vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registrations: vscode.Disposable;

  constructor() {
    this.#registrations = vscode.Disposable.from(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: (uri) => this.#texts.get(uri.path) ?? "",
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document.uri.scheme === scheme) this.#texts.delete(document.uri.path);
      }),
    );
  }

  async show(name: string, language: string, text: string): Promise<void> {
    const uri = this.#put(name, text);
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.languageId !== language) await vscode.languages.setTextDocumentLanguage(document, language);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  /** Two texts beside each other. */
  async compare(title: string, before: string, after: string): Promise<void> {
    const [left, right] = [
      this.#put(`before/${title}.yaml`, before),
      this.#put(`after/${title}.yaml`, after),
    ];
    await vscode.commands.executeCommand("vscode.diff", left, right, title, { preview: true });
  }

  #put(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${name}` });
    this.#texts.set(uri.path, text);
    this.#changed.fire(uri);
    return uri;
  }

  dispose(): void {
    this.#registrations.dispose();
    this.#texts.clear();
  }
}
