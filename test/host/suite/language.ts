// What the editor shows beside findings: outline, folding, definitions, references and lenses.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { open } from "./support.ts";

const service = `apiVersion: v1
kind: Service
metadata:
  name: llm
spec:
  selector:
    app: llm
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: llm
spec:
  template:
    metadata:
      labels:
        app: llm
    spec:
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
`;

describe("the editor", () => {
  it("has the outline of a Dockerfile's stages", async () => {
    const document = await open("Dockerfile");
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      "vscode.executeDocumentSymbolProvider",
      document.uri,
    );
    const stage = symbols.find(({ children }) => children.some(({ name }) => name === "RUN"));
    assert.ok(stage?.detail, symbols.map(({ name }) => name).join() || "no symbols");
  });

  it("goes from a selector to the pods that it picks, and back; folds documents; offers what can be done", async () => {
    const document = await vscode.workspace.openTextDocument({ language: "yaml", content: service });
    await vscode.window.showTextDocument(document);
    const found = await vscode.commands.executeCommand<vscode.Location[]>(
      "vscode.executeDefinitionProvider",
      document.uri,
      new vscode.Position(6, 10),
    );
    assert.deepEqual(
      found.map(({ range }) => range.start.line),
      [11],
    );
    const used = await vscode.commands.executeCommand<vscode.Location[]>(
      "vscode.executeReferenceProvider",
      document.uri,
      new vscode.Position(11, 9),
    );
    assert.deepEqual(
      used.map(({ range }) => range.start.line),
      [6],
    );
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      "vscode.executeFoldingRangeProvider",
      document.uri,
    );
    assert.ok(folds.some(({ start, end }) => start === 0 && end === 6));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      document.uri,
      10,
    );
    const titles = lenses.map(({ command }) => command?.title);
    assert.deepEqual(titles, ["Apply…", "Where would it run?", "Check against cluster"]);
  });
});

describe("a manifest in the editor", () => {
  const text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  restartPolicy: Never\n  vol\n";

  it("explains a field, and offers those that are missing", async () => {
    const document = await vscode.workspace.openTextDocument({ language: "yaml", content: text });
    await vscode.window.showTextDocument(document);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      new vscode.Position(4, 4),
    );
    const shown = hovers.flatMap(({ contents }) =>
      contents.map((one) => (typeof one === "string" ? one : one.value)),
    );
    assert.match(shown.join("\n"), /\*\*restartPolicy\*\*.*\n\n.*Restart policy for all containers/s);
    const completions = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      document.uri,
      new vscode.Position(5, 5),
    );
    const labels = completions.items.map(({ label }) => (typeof label === "string" ? label : label.label));
    assert.ok(labels.includes("volumes"), labels.join());
    assert.ok(!labels.includes("restartPolicy"));
  });
});
