// Documents that live elsewhere, and terminals with a command of ours behind them, in the real editor.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { openConsole } from "../../../src/vscode/console.ts";
import { LiveDocuments } from "../../../src/vscode/liveDocuments.ts";
import { terminalStream } from "../../../src/vscode/streams.ts";

describe("a live document", () => {
  const live = new LiveDocuments("slipway-live-test");
  after(async () => {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    live.dispose();
  });

  it("is opened, saved to where it lives, and shows what stands there then", async () => {
    const saved: string[] = [];
    let answer: string | undefined = "replicas: 2 # as the server has it\n";
    const path = ["dev", "ml", "Deployment", "llm.yaml"];
    const save = async (text: string) => {
      saved.push(text);
      return answer;
    };
    await live.open({ path, text: "replicas: 1\n", save });
    const { document } = vscode.window.activeTextEditor ?? assert.fail("nothing is open");
    assert.deepEqual([document.languageId, document.getText()], ["yaml", "replicas: 1\n"]);

    const write = async (text: string) => {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
      assert.equal(await vscode.workspace.applyEdit(edit), true);
    };
    await write("replicas: 2\n");
    const shown = new Promise<void>((resolve) => {
      const listener = vscode.workspace.onDidChangeTextDocument(({ document: changed }) => {
        if (changed !== document || changed.getText() !== answer) return;
        listener.dispose();
        resolve();
      });
    });
    assert.equal(await document.save(), true);
    await shown;
    assert.deepEqual([saved, document.isDirty], [["replicas: 2\n"], false]);

    // Where the person leaves it, the text is still theirs to save.
    answer = undefined;
    await write("replicas: 3\n");
    assert.equal(await Promise.resolve(document.save()).catch(() => false), false);
    assert.deepEqual([document.getText(), document.isDirty], ["replicas: 3\n", true]);
  });
});

describe("a terminal of ours", () => {
  it("gives what is typed, has a size, and ends with its terminal", async () => {
    const screen = await openConsole("shell of a test");
    const typed = new Promise<string>((resolve) => void screen.typed(resolve));
    const terminal = vscode.window.terminals.find(({ name }) => name === "shell of a test");
    assert.ok(terminal);
    terminal.sendText("ls", false);
    assert.equal(await typed, "ls");
    screen.close();
    await ended(screen.closed);
  });

  it("takes keys of a log", async () => {
    const stream = terminalStream("log of a test");
    const typed = new Promise<string>((resolve) => void stream.typed(resolve));
    const terminal = vscode.window.terminals.find(({ name }) => name === "log of a test");
    assert.ok(terminal);
    terminal.sendText("t", false);
    assert.equal(await typed, "t");
    terminal.dispose();
    await ended(stream.closed);
  });
});

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
