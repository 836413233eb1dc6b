// VS Code offers every snippet in the files it is for, and inserts it as the tests of its text have it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { expand } from "../../support/snippets/expand.ts";
import { open } from "./support.ts";

interface Contribution {
  language: string;
  path: string;
}

interface SnippetText {
  prefix: string;
  body: string[];
}

const extension = vscode.extensions.getExtension("slipway.slipway");
assert.ok(extension);
const { contributes } = extension.packageJSON as { contributes: { snippets: Contribution[] } };
const contributed = contributes.snippets.flatMap(({ language, path }) => {
  const text = readFileSync(join(extension.extensionPath, path), "utf8");
  return Object.values(JSON.parse(text) as Record<string, SnippetText>).map((snippet) => ({
    language,
    ...snippet,
  }));
});
const prefixesOf = (language: string) =>
  contributed.flatMap((one) => (one.language === language ? [one.prefix] : [])).toSorted();

/** A new file of that name, not yet saved, so that VS Code itself says what language it has. */
async function newFile(name: string): Promise<vscode.TextEditor> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const uri = vscode.Uri.joinPath(folder.uri, name).with({ scheme: "untitled" });
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

/** Prefixes of our snippets that are offered after `slipway` has been typed at the end of the document. */
async function offered(editor: vscode.TextEditor): Promise<string[]> {
  const { document } = editor;
  const end = document.lineAt(document.lineCount - 1).range.end;
  await editor.edit((edit) => edit.insert(end, end.character === 0 ? "slipway" : "\nslipway"));
  const at = document.lineAt(document.lineCount - 1).range.end;
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    "vscode.executeCompletionItemProvider",
    document.uri,
    at,
  );
  const labels = list.items
    .filter((item) => item.kind === vscode.CompletionItemKind.Snippet)
    .map((item) => (typeof item.label === "string" ? item.label : item.label.label));
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  return [...new Set(labels.filter((label) => label.startsWith("slipway-")))].toSorted();
}

describe("snippets", () => {
  const files = [
    { name: "new.yaml", language: "yaml" },
    { name: "images/Dockerfile", language: "dockerfile" },
    { name: "compose.yaml", language: "dockercompose" },
    { name: "gpu/.devcontainer/devcontainer.json", language: "jsonc" },
  ];
  for (const { name, language } of files)
    it(`are offered in a new ${name}`, async () => {
      const editor = await newFile(name);
      assert.equal(editor.document.languageId, language);
      // VS Code takes the text of a Compose file for yaml: what is for manifests must stay out by itself.
      const prefixes = prefixesOf(language);
      assert.ok(prefixes.length > 0);
      assert.deepEqual(await offered(editor), prefixes);
    });

  for (const [path, language] of [
    ["manifests/vllm.yaml", "yaml"],
    ["Dockerfile", "dockerfile"],
  ] as const)
    it(`are offered in the demo's ${path}`, async () => {
      await open(path);
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);
      assert.deepEqual(await offered(editor), prefixesOf(language));
    });

  it("are inserted as they were checked", async () => {
    const document = await vscode.workspace.openTextDocument({ language: "plaintext", content: "" });
    const editor = await vscode.window.showTextDocument(document);
    const bodies = new Map(contributed.map(({ prefix, body }) => [prefix, body]));
    for (const [prefix, body] of bodies) {
      const text = body.join("\n");
      const everything = new vscode.Range(0, 0, document.lineCount, 0);
      assert.ok(await editor.insertSnippet(new vscode.SnippetString(text), everything));
      assert.equal(document.getText(), expand(text).text, prefix);
      await vscode.commands.executeCommand("leaveSnippet");
    }
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });
});
