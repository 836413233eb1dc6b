// Findings that depend on other files of the workspace: saved, typed, coming and going.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { addToPath, diagnostics, has, hasNot, open, ours, ruleOf } from "./support.ts";

const service = `apiVersion: v1
kind: Service
metadata: {name: llm}
spec: {selector: {app: lllm}, ports: [{port: 80}]}
`;
const deployment = (app: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: llm}
spec:
  selector: {matchLabels: {app: ${app}}}
  template:
    metadata: {labels: {app: ${app}}}
    spec: {containers: [{name: main, image: "registry.example/llm:1"}]}
`;

/** Line 9 asks for the GPUs. */
const chartPod = `apiVersion: v1
kind: Pod
metadata: {name: {{ .Release.Name }}}
spec:
  containers:
    - name: main
      image: "registry.example/train:1"
      resources:
        limits: {nvidia.com/gpu: {{ .Values.gpus }}}
`;

describe("findings over several files", () => {
  const at = (name: string) => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    return vscode.Uri.joinPath(folder.uri, "several", name);
  };
  const put = (name: string, text: string) =>
    vscode.workspace.fs.writeFile(at(name), new TextEncoder().encode(text));
  const gone = (name: string) =>
    vscode.workspace.fs.delete(at(name), { recursive: true }).then(undefined, () => {});
  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await gone("");
  });

  it("know a Deployment in another file: saved, typed and deleted", async () => {
    await put("deployment.yaml", deployment("llm"));
    await put("service.yaml", service);
    const document = await open("several/service.yaml");
    const [found] = await diagnostics(document, has("LNT001"));
    assert.match(found?.message ?? "", /The pods of Deployment llm \(deployment\.yaml\) have app: llm/);
    await put("deployment.yaml", deployment("lllm"));
    await diagnostics(document, hasNot("LNT001"));
    // What is typed counts before it is saved.
    const other = await open("several/deployment.yaml");
    const edit = new vscode.WorkspaceEdit();
    edit.replace(other.uri, new vscode.Range(0, 0, other.lineCount, 0), deployment("another"));
    assert.ok(await vscode.workspace.applyEdit(edit));
    await diagnostics(document, has("LNT001"));
    await vscode.commands.executeCommand("workbench.action.files.revert");
    assert.equal(other.getText(), deployment("lllm"), "what the editor has after it was reverted");
    await diagnostics(document, hasNot("LNT001"));
    await put("deployment.yaml", deployment("llm"));
    await diagnostics(document, has("LNT001"));
    // The editor keeps its text, and nobody is to build on that.
    await gone("deployment.yaml");
    await diagnostics(document, hasNot("LNT001"));
  });

  it("know what a Namespace and a resource definition in other files ask", async () => {
    const pod = deployment("llm")
      .replace("name: llm}", "name: llm, namespace: ml}")
      .replace("containers:", "hostNetwork: true, containers:");
    await put(
      "pod.yaml",
      `${pod}---\napiVersion: example.test/v1\nkind: Train\nmetadata: {name: a}\nspec: {epochs: many}\n`,
    );
    const document = await open("several/pod.yaml");
    await diagnostics(document, hasNot("PSA003"));
    const before = ours(document).map(ruleOf);
    await put(
      "more/namespace.yaml",
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: ml, labels: {pod-security.kubernetes.io/enforce: baseline}}\n",
    );
    const psa = (all: vscode.Diagnostic[]) => all.some((one) => ruleOf(one).startsWith("PSA"));
    await diagnostics(document, psa);
    assert.ok(!before.some((rule) => rule.startsWith("PSA")), before.join());
    await put(
      "more/crd.yaml",
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: trains.example.test}\nspec: {group: example.test, scope: Namespaced, names: {kind: Train, plural: trains, singular: train, listKind: TrainList}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {epochs: {type: integer}}}}}}}]}\n",
    );
    await diagnostics(document, (all) => all.some(({ message }) => message.includes("epochs")));
    // The whole folder goes at once.
    await gone("more");
    await diagnostics(document, (all) => !psa(all) && !all.some(({ message }) => message.includes("epochs")));
  });

  it("render a chart when a file of it is opened and saved, and take back what is typed over", async function () {
    const helm = process.env["SLIPWAY_HOST_HELM"];
    if (helm === undefined) this.skip();
    addToPath(helm);
    await put("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    await put("web/values.yaml", "gpus: 0.5\n");
    await put("web/templates/pod.yaml", chartPod);
    const document = await open("several/web/templates/pod.yaml");
    const [found] = await diagnostics(document, has("GPU003"), 30_000);
    assert.equal(found?.range.start.line, 8);
    // Another one, so that this file stays as it is.
    const values = await open("several/web/values.yaml");
    const edit = new vscode.WorkspaceEdit();
    edit.replace(values.uri, new vscode.Range(0, 6, 0, 9), "1");
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.ok(has("GPU003")(ours(document)), "nothing is rendered before it is saved");
    await values.save();
    await diagnostics(document, hasNot("GPU003"), 30_000);
    const back = new vscode.WorkspaceEdit();
    back.replace(values.uri, new vscode.Range(0, 6, 0, 7), "0.5");
    assert.ok(await vscode.workspace.applyEdit(back));
    await values.save();
    await diagnostics(document, has("GPU003"), 30_000);
    const typed = new vscode.WorkspaceEdit();
    typed.insert(document.uri, new vscode.Position(0, 0), "# typed\n");
    assert.ok(await vscode.workspace.applyEdit(typed));
    await diagnostics(document, hasNot("GPU003"));
  });
});
