// Manifests are checked as they are typed, and a quick fix repairs them.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { diagnostics, fixAll, has, hasNot, open, ours, quickFixes, ruleOf } from "./support.ts";

const requestWithoutLimit = `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: example.test/train:1
      resources:
        requests:
          nvidia.com/gpu: 1
`;

async function untitled(language: string, content: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language, content });
  await vscode.window.showTextDocument(document);
  return document;
}

/** A manifest of 25 lines in which nothing is wrong. */
function deployment(index: number): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${index}
  namespace: ml
  labels:
    app: web-${index}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web-${index}
  template:
    metadata:
      labels:
        app: web-${index}
    spec:
      containers:
        - name: main
          image: example.test/web:1
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: MODE
              value: plain
`;
}

describe("diagnostics", () => {
  it("finds what is wrong at its place, with a link to the source", async () => {
    const document = await untitled("yaml", requestWithoutLimit);
    const found = await diagnostics(document, has("GPU001"));
    const one = found.find((diagnostic) => ruleOf(diagnostic) === "GPU001");
    assert.ok(one);
    assert.equal(one.range.start.line, 10);
    assert.equal(one.severity, vscode.DiagnosticSeverity.Error);
    assert.ok(typeof one.code === "object" && one.code.target.scheme === "https");
  });

  it("has the quick fix for what was typed just now", async () => {
    const document = await untitled("yaml", requestWithoutLimit.replace("nvidia.com/gpu: 1", "cpu: 1"));
    await diagnostics(document, hasNot("GPU001"));
    const edit = new vscode.WorkspaceEdit();
    const line = document.lineAt(10).range;
    edit.replace(document.uri, line, "          nvidia.com/gpu: 1");
    await vscode.workspace.applyEdit(edit);
    const actions = await quickFixes(document, new vscode.Range(10, 12, 10, 12));
    assert.ok(
      actions.some(({ title }) => title.startsWith("Add the limit")),
      actions.map(({ title }) => title).join() || "no action",
    );
  });

  it("applies a quick fix, and the finding is gone", async () => {
    const document = await untitled("yaml", requestWithoutLimit);
    const [one] = (await diagnostics(document, has("GPU001"))).filter((each) => ruleOf(each) === "GPU001");
    assert.ok(one);
    const action = (await quickFixes(document, one.range)).find((each) => each.isPreferred);
    assert.ok(action?.edit, "no preferred quick fix");
    assert.ok(await vscode.workspace.applyEdit(action.edit));
    await diagnostics(document, hasNot("GPU001"));
    assert.match(document.getText(), /limits:\s+nvidia\.com\/gpu: 1/);
  });

  it("fixes all of a rule at once, and all that would be refused as a save may do", async () => {
    const document = await untitled("yaml", `${requestWithoutLimit}---\n${requestWithoutLimit}`);
    const [one] = (await diagnostics(document, has("GPU001"))).filter((each) => ruleOf(each) === "GPU001");
    assert.ok(one);
    const all = (await quickFixes(document, one.range)).find(({ title }) =>
      title.startsWith("Fix all 2 of GPU001"),
    );
    assert.ok(all?.edit);
    assert.ok(await vscode.workspace.applyEdit(all.edit));
    await diagnostics(document, hasNot("GPU001"));
    assert.equal(document.getText().match(/limits:/g)?.length, 2);

    const refused = await untitled(
      "yaml",
      requestWithoutLimit.replace("nvidia.com/gpu: 1", "cpu: 1").replace("image:", "imag:"),
    );
    await diagnostics(refused, has("KUB001"));
    await fixAll(refused);
    await diagnostics(refused, hasNot("KUB001"));
    assert.match(refused.getText(), /image: example/);
  });

  it("waves a rule through for the file, below a Dockerfile's own first lines", async () => {
    const document = await untitled(
      "dockerfile",
      "# syntax=docker/dockerfile:1\nFROM ubuntu:24.04\nRUN pip install torch\n",
    );
    const [one] = await diagnostics(document, (found) => found.length > 0);
    assert.ok(one);
    const rule = ruleOf(one);
    const action = (await quickFixes(document, one.range)).find(
      ({ title }) => title === `Ignore ${rule} in this file`,
    );
    assert.ok(action?.edit);
    await vscode.workspace.applyEdit(action.edit);
    await diagnostics(document, hasNot(rule ?? ""));
    assert.equal(document.lineAt(1).text, `# slipway-ignore-file ${rule}: say why`);
  });

  it("shows a syntax error where it is and still checks the other documents", async () => {
    const document = await untitled("yaml", `a: [1, 2\n---\n${requestWithoutLimit}`);
    const found = await diagnostics(document, (all) => has("syntax")(all) && has("GPU001")(all));
    assert.ok((found.find((one) => ruleOf(one) === "syntax")?.range.start.line ?? 99) <= 1);
    assert.equal(found.find((one) => ruleOf(one) === "GPU001")?.range.start.line, 12);
  });

  it("obeys the setting that turns a rule off", async () => {
    const document = await untitled("yaml", requestWithoutLimit);
    await diagnostics(document, has("GPU001"));
    const settings = vscode.workspace.getConfiguration("slipway");
    await settings.update("check.rules", { GPU001: "off" }, vscode.ConfigurationTarget.Global);
    try {
      await diagnostics(document, hasNot("GPU001"));
    } finally {
      await settings.update("check.rules", undefined, vscode.ConfigurationTarget.Global);
    }
    await diagnostics(document, has("GPU001"));
  });

  it("heeds a .slipway.yaml that comes, changes and goes, under the settings, and marks what is wrong in it", async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const at = (name: string) => vscode.Uri.joinPath(folder.uri, name);
    const put = (name: string, text: string) =>
      vscode.workspace.fs.writeFile(at(name), new TextEncoder().encode(text));
    await put("configured/pod.yaml", requestWithoutLimit);
    const document = await open("configured/pod.yaml");
    await diagnostics(document, has("GPU001"));
    try {
      await put(".slipway.yaml", "rules: {GPU001: off}\n");
      await diagnostics(document, hasNot("GPU001"));
      await put(".slipway.yaml", "rules: {GPU001: information}\n");
      const isHint = (all: vscode.Diagnostic[]) =>
        all.some((one) => one.severity === vscode.DiagnosticSeverity.Information);
      await diagnostics(document, (all) => has("GPU001")(all) && isHint(all));
      const settings = vscode.workspace.getConfiguration("slipway");
      await settings.update("check.rules", { GPU001: "warning" }, vscode.ConfigurationTarget.Global);
      try {
        await diagnostics(document, (all) => has("GPU001")(all) && !isHint(all));
      } finally {
        await settings.update("check.rules", undefined, vscode.ConfigurationTarget.Global);
      }
      await put(".slipway.yaml", "rules: {GPU01: off}\n");
      const configuration = await open(".slipway.yaml");
      const [wrong] = await diagnostics(configuration, has("configuration"));
      assert.match(wrong?.message ?? "", /did you mean GPU001\?/);
      assert.deepEqual(wrong?.range, new vscode.Range(0, 8, 0, 13));
      await put("kustomization.yaml", "patches: [{path: configured/pod.yaml}]\n");
      await diagnostics(document, hasNot("GPU001"));
    } finally {
      for (const name of [".slipway.yaml", "kustomization.yaml"])
        await vscode.workspace.fs.delete(at(name)).then(undefined, () => {});
    }
    await diagnostics(document, has("GPU001"));
  });

  it("stays responsive while a 5 MB manifest is checked", async () => {
    const config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata:\n";
    const document = await untitled(
      "yaml",
      config + '  key: "0123456789012345678901234567890123456789"\n'.repeat(100_000),
    );
    let longest = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last - 10);
      last = now;
    }, 10);
    try {
      await diagnostics(document, (all) => all.length > 0, 30_000);
    } finally {
      clearInterval(beat);
    }
    // VS Code itself copies the text into the host; the check adds nothing near the seconds it takes.
    assert.ok(longest < 1_000, `the extension host was blocked for ${longest.toFixed(0)} ms`);
  });

  it("never shows what it found in an older text while somebody types 20 keys a second in 10,000 lines", async function () {
    this.timeout(120_000);
    const many = Array.from({ length: 400 }, (_, index) => deployment(index)).join("---\n");
    const document = await untitled("yaml", `${many}---\n${deployment(400).replace("image:", "imag:")}`);
    assert.ok(document.lineCount > 10_000);
    // The message names the field, so that it tells which text it was found in.
    const end = document.positionAt(document.getText().lastIndexOf("imag:") + "imag".length);
    const typed = () => /imagx*/.exec(document.lineAt(end.line).text)?.[0] ?? "";
    const shown = () =>
      ours(document)
        .filter((one) => ruleOf(one) === "KUB001")
        .map(({ message }) => /\bimagx*/.exec(message)?.[0] ?? message)
        .join();
    await diagnostics(document, () => shown() === "imag", 30_000);
    const stale: string[] = [];
    let beforeChange = shown();
    const changes = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document) beforeChange = shown();
    });
    let isOver = false;
    const look = () => {
      const now = shown();
      // What stood there when the text changed may stay until it is known better; anything else is of this text.
      if (now !== beforeChange && now !== typed()) stale.push(`${now} beside ${typed()}`);
      if (!isOver) setTimeout(look, 5);
    };
    look();
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document, document);
    editor.selection = new vscode.Selection(end, end);
    let atMs = performance.now();
    for (let key = 0; key < 40; key++) {
      atMs += 50;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - performance.now())));
      await vscode.commands.executeCommand("type", { text: "x" });
    }
    await diagnostics(document, () => shown() === `imag${"x".repeat(40)}`, 30_000);
    isOver = true;
    changes.dispose();
    assert.deepEqual(stale, []);
    assert.equal(typed(), `imag${"x".repeat(40)}`);
  });

  it("checks manifests beside the schema of the version in the settings", async () => {
    const document = await untitled("yaml", requestWithoutLimit.replace("image:", "imag:"));
    const found = await diagnostics(document, has("KUB001"));
    assert.match(found.find((one) => ruleOf(one) === "KUB001")?.message ?? "", /Did you mean image\?/);
    const later = await untitled("yaml", requestWithoutLimit.replace("spec:", "spec:\n  resources: {}"));
    await diagnostics(later, hasNot("KUB001"));
    const settings = vscode.workspace.getConfiguration("slipway");
    await settings.update("kubernetes.version", "1.30", vscode.ConfigurationTarget.Global);
    try {
      await diagnostics(later, has("KUB001"));
    } finally {
      await settings.update("kubernetes.version", undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it("checks dev containers and Dockerfiles too", async () => {
    const dockerfile = await open("Dockerfile");
    assert.equal(dockerfile.languageId, "dockerfile");
    await diagnostics(dockerfile, has("CUD004"));
  });
});
