// A manifest held against a cluster: findings of their own, which say when, and go with the next edit.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { ruleOf } from "./support.ts";

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  nodeSelector:
    nvidia.com/gpu.product: NVIDIA-Nothing
  containers:
    - name: train
      image: example.test/train:1
      ports:
        - containerPort: 80
      resources:
        limits:
          nvidia.com/gpu: 1
`;

const asked = (document: vscode.TextDocument) =>
  vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ source }) => source !== undefined && /^Slipway, .+ at \d/.test(source));

/** What a cluster says of the document, once `settled` holds for it. */
function verdict(
  document: vscode.TextDocument,
  settled: (rules: string[]) => boolean,
): Promise<vscode.Diagnostic[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      listener.dispose();
      reject(new Error(`not settled: ${asked(document).map(ruleOf).join()}`));
    }, 20_000);
    const look = () => {
      const now = asked(document);
      if (!settled(now.map(ruleOf))) return;
      clearTimeout(timer);
      listener.dispose();
      resolve(now);
    };
    const listener = vscode.languages.onDidChangeDiagnostics(look);
    look();
  });
}

async function lensTitles(document: vscode.TextDocument): Promise<(string | undefined)[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    document.uri,
    10,
  );
  return lenses.map(({ command }) => command?.title);
}

describe("a manifest and a cluster", () => {
  let folder = "";
  let document: vscode.TextDocument;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "slipway-host-"));
    const path = join(folder, "pod.yaml");
    writeFileSync(path, pod);
    await vscode.commands.executeCommand("slipway.startSandbox");
    document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    await vscode.window.showTextDocument(document);
  });
  after(async () => {
    const settings = vscode.workspace.getConfiguration("slipway");
    await settings.update("check.withCluster", undefined, vscode.ConfigurationTarget.Global);
    rmSync(folder, { recursive: true, force: true });
  });

  it("are held together when somebody asks, at the exact place, with whom and when", async () => {
    assert.deepEqual(asked(document), []);
    // Not awaited: its message stays until it is dismissed.
    void vscode.commands.executeCommand("slipway.checkAgainstCluster");
    const found = await verdict(document, (rules) => rules.includes("GPU018"));
    const one = found.find((each) => ruleOf(each) === "GPU018");
    assert.ok(one);
    assert.equal(document.getText(one.range), "NVIDIA-Nothing");
    const titles = await lensTitles(document);
    assert.ok(
      titles.some((title) => /^Checked against .+ at .+: \d+ finding/.test(title ?? "")),
      titles.join(),
    );
    assert.ok(titles.includes("Forward…"));
  });

  it("then have values of the cluster offered", async () => {
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      document.uri,
      new vscode.Position(6, 30),
    );
    const labels = items.map(({ label }) => (typeof label === "string" ? label : label.label));
    assert.ok(
      labels.some((label) => /^NVIDIA-[AHL]\d/.test(label)),
      labels.join(),
    );
  });

  it("are not said to disagree where the text is another by now", async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), "# more\n");
    await vscode.workspace.applyEdit(edit);
    await verdict(document, (rules) => rules.length === 0);
  });

  it("are held together on each save, where the settings want it", async () => {
    const settings = vscode.workspace.getConfiguration("slipway");
    await document.save();
    assert.deepEqual(asked(document), []);
    await settings.update("check.withCluster", "onSave", vscode.ConfigurationTarget.Global);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), "# and more\n");
    await vscode.workspace.applyEdit(edit);
    await document.save();
    await verdict(document, (rules) => rules.includes("GPU018"));
  });
});
