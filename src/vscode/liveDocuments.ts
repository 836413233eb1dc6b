// Texts that live elsewhere, as files that can be changed: saving one sends it there.
import * as vscode from "vscode";
import { Trouble } from "../base/trouble.ts";
import type { LiveDocument } from "../ui/ui.ts";

/**
 * After a save the editor asks for the file's time, soon or late; only a later one makes it read the file again. So it
 * is told of a change again, each time after twice as long, until it has read what stands there.
 */
const AFTER_SAVE_MS = 50;
const MOST_TELLINGS = 10;

interface LiveFile {
  text: string;
  mtime: number;
  /** The editor has read the text as it is now. */
  isRead: boolean;
  save: LiveDocument["save"];
}

export class LiveDocuments implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #files = new Map<string, LiveFile>();
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #registrations: vscode.Disposable;
  readonly onDidChangeFile = this.#changed.event;

  readonly #scheme: string;

  constructor(scheme = "slipway-live") {
    this.#scheme = scheme;
    this.#registrations = vscode.Disposable.from(
      this.#changed,
      vscode.workspace.registerFileSystemProvider(scheme, this, { isCaseSensitive: true }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === scheme) this.#files.delete(uri.path);
      }),
    );
  }

  /** Opens it; one that is open already, with changes of the person, keeps them. */
  async open(document: LiveDocument): Promise<void> {
    const { path, text } = document;
    const save = (written: string) => document.save(written);
    const encoded = path.map((part) => part.replaceAll("/", "∕"));
    const uri = vscode.Uri.from({ scheme: this.#scheme, path: `/${encoded.join("/")}` });
    const open = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
    if (!open?.isDirty) {
      this.#files.set(uri.path, { text, save, mtime: Date.now(), isRead: false });
      this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    }
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { text, mtime } = this.#file(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime, size: Buffer.byteLength(text) };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    const file = this.#file(uri);
    file.isRead = true;
    return new TextEncoder().encode(file.text);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const file = this.#file(uri);
    let saved: string | undefined;
    try {
      saved = await file.save(new TextDecoder().decode(content));
    } catch (error) {
      throw vscode.FileSystemError.Unavailable(Trouble.is(error) ? error.text : String(error));
    }
    if (saved === undefined) throw vscode.FileSystemError.Unavailable("Nothing was changed in the cluster.");
    file.text = saved;
    file.mtime = Math.max(Date.now(), file.mtime + 1);
    file.isRead = false;
    this.#tell(uri, file, 0);
  }

  #tell(uri: vscode.Uri, file: LiveFile, before: number): void {
    setTimeout(
      () => {
        if (file.isRead || this.#files.get(uri.path) !== file || before >= MOST_TELLINGS) return;
        file.mtime++;
        this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
        this.#tell(uri, file, before + 1);
      },
      AFTER_SAVE_MS * 2 ** before,
    );
  }

  watch(): vscode.Disposable {
    return { dispose() {} };
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#registrations.dispose();
    this.#files.clear();
  }

  #file(uri: vscode.Uri): LiveFile {
    const file = this.#files.get(uri.path);
    // After a reload of the window: what it was made from is no longer known.
    if (!file) throw vscode.FileSystemError.FileNotFound("Open it again from the view Clusters.");
    return file;
  }
}
