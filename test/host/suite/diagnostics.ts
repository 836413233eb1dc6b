// Manifests are checked as they are typed, and a quick fix repairs them.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { diagnostics, has, hasNot, open, quickFixes, ruleOf } from "./support.ts";

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

  it("checks dev containers and Dockerfiles too", async () => {
    const dockerfile = await open("Dockerfile");
    assert.equal(dockerfile.languageId, "dockerfile");
    await diagnostics(dockerfile, has("CUD004"));
  });
});
