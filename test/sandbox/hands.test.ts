// Slipway's own commands in the sandbox: what a first look can be tried on.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "mocha";
import type { App } from "../../src/app/app.ts";
import type { KindName } from "../../src/app/stores/cluster/cluster.ts";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { drainNode } from "../../src/ui/commands/drainNode.ts";
import { editYaml } from "../../src/ui/commands/editYaml.ts";
import { openPodShell } from "../../src/ui/commands/openPodShell.ts";
import { restartRollout } from "../../src/ui/commands/restartRollout.ts";
import { scaleWorkload } from "../../src/ui/commands/scaleWorkload.ts";
import { showAllPodLogs } from "../../src/ui/commands/showAllPodLogs.ts";
import { undoRollout } from "../../src/ui/commands/undoRollout.ts";
import { FakeUi } from "../ui/views/fakeUi.ts";
import { Json } from "./support.ts";

describe("hands in the sandbox", function () {
  this.timeout(20_000);
  let sandbox: Sandbox;
  let folder = "";
  let app: App;
  let ui: FakeUi;

  before(async () => {
    sandbox = await startSandbox();
    folder = await mkdtemp(join(tmpdir(), "slipway-hands-"));
    const path = join(folder, "kubeconfig");
    await writeFile(path, sandbox.kubeconfig);
    const clusters = new Clusters(
      new KubeClusters(() => [path], systemClock, silentLog),
      systemClock,
      silentLog,
    );
    app = { clusters, clock: systemClock, log: silentLog } as App;
  });
  after(async () => {
    app?.clusters.dispose();
    await sandbox?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    ui = new FakeUi();
  });

  const get = async (path: string) => new Json(await (await fetch(sandbox.url + path)).json());

  async function node(kind: KindName, path: string) {
    const object = await get(path);
    const [uid, name] = [object.text("metadata.uid"), object.text("metadata.name")];
    const namespace = object.text("metadata.namespace") || undefined;
    return { type: "object", id: uid, parent: undefined, context: "sandbox", kind, uid, name, namespace };
  }
  async function first(path: string, kind: KindName, wanted: (one: Json) => boolean = () => true) {
    const found = (await get(path)).list("items").find(wanted);
    assert.ok(found, path);
    return node(kind, `${path}/${found.text("metadata.name")}`);
  }
  const deployments = "/apis/apps/v1/namespaces/ml/deployments";

  it("scale, restart and undo a Deployment", async () => {
    const target = await first(
      deployments,
      "Deployment",
      (one) => Number(one.at("status.readyReplicas")) > 0,
    );
    ui.typed = "2";
    await scaleWorkload.run(app, ui, target);
    assert.equal((await get(`${deployments}/${target.name}`)).at("spec.replicas"), 2);
    ui.typed = "1";
    await scaleWorkload.run(app, ui, target);
    await restartRollout.run(app, ui, target);
    assert.match(ui.said.at(-1) ?? "", /The rollout of Deployment \S+ is done/);
    await undoRollout.run(app, ui, target);
    assert.match(ui.said.at(-1) ?? "", /The rollout of Deployment \S+ is done/);
    const now = await get(`${deployments}/${target.name}`);
    assert.doesNotMatch(JSON.stringify(now.at("spec.template")), /restartedAt/);
  });

  it("open a shell, and follow all pods of a namespace", async () => {
    const opened = new Promise<void>((resolve) => {
      ui.onConsoleText = () => {
        if (/root@\S+# /.test(ui.consoles[0]?.text ?? "")) resolve();
      };
    });
    const open = openPodShell.run(
      app,
      ui,
      await first(
        "/api/v1/namespaces/ml/pods",
        "Pod",
        (one) => one.at("status.containerStatuses.0.state.running") !== undefined,
      ),
    );
    await Promise.race([opened, open.then(() => assert.fail(ui.said.join()))]);
    ui.consoles[0]?.close();
    await open;

    const lines = new Promise<void>((resolve) => {
      ui.onStreamText = () => {
        if ((ui.streams[0]?.text.split("\n").length ?? 0) > 20) resolve();
      };
    });
    const following = showAllPodLogs.run(app, ui, await node("Namespace", "/api/v1/namespaces/ml"));
    await lines;
    ui.streams[0]?.close();
    await following;
  });

  it("edit live YAML", async () => {
    const target = await first(deployments, "Deployment");
    await editYaml.run(app, ui, target);
    const [document] = ui.edited;
    assert.ok(document);
    assert.match(
      (await document.save(document.text.replace(/^ {2}replicas: \d+$/m, "  replicas: 0"))) ?? "",
      /^ {2}replicas: 0$/m,
    );
  });

  it("drain a node", async () => {
    const target = await first("/api/v1/nodes", "Node");
    await drainNode.run(app, ui, target);
    assert.match(ui.said.at(-1) ?? "", /^Node \S+ is drained: /);
  });
});
