// The Jupyter of a pod, through a forward and against the sandbox: found, checked, listed, and attached to again.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { App } from "../../src/app/app.ts";
import { PodServers } from "../../src/app/jobs/launch/podServers.ts";
import { Clusters } from "../../src/app/stores/clusters.ts";
import { podId, podOf } from "../../src/app/stores/environments/pods.ts";
import type { JupyterPort } from "../../src/app/stores/environments/ports.ts";
import { Environments } from "../../src/app/stores/environments.ts";
import { Forwards } from "../../src/app/stores/forwards.ts";
import { systemClock } from "../../src/base/clock.ts";
import { never } from "../../src/base/signal.ts";
import { JupyterClient } from "../../src/io/jupyter/client.ts";
import { KubeClusters } from "../../src/io/kube/clusters.ts";
import { attachPodJupyter } from "../../src/ui/rows/environments/actions.ts";
import { environmentRow } from "../../src/ui/rows/environments/row.ts";
import { fakeUi } from "../ui/docker/fakeUi.ts";
import { fakeEnvironments } from "../ui/environments/fakeEnvironments.ts";
import { type Client, openSandbox } from "./support.ts";

const place = { context: "sandbox", namespace: "ml", kind: "Pod", name: "notebook-0" };

describe("Jupyter in a pod", function () {
  this.timeout(30_000);
  let client: Client;
  let folder = "";
  let clusters: Clusters;
  let forwards: Forwards;
  let environments: Environments;
  let app: App;
  let secrets: Map<string, string>;
  let log: string[];
  let accepts: string | undefined;

  beforeEach(async () => {
    client = await openSandbox();
    folder = await mkdtemp(join(tmpdir(), "slipway-attach-"));
    const path = join(folder, "kubeconfig");
    await writeFile(path, client.sandbox.kubeconfig);
    log = [];
    const write = (text: string) => void log.push(text);
    const logging = { debug: write, info: write, warn: write, error: write };
    clusters = new Clusters(new KubeClusters(() => [path], systemClock, logging), systemClock, logging);
    const memory = { read: () => undefined, write: () => {} };
    forwards = new Forwards({ clusters, clock: systemClock, log: logging }, memory, () => false);
    secrets = new Map();
    const store = {
      get: async (key: string) => secrets.get(key),
      store: async (key: string, value: string) => void secrets.set(key, value),
      delete: async (key: string) => void secrets.delete(key),
    };
    accepts = undefined;
    const real = new JupyterClient();
    const jupyter: JupyterPort = {
      // One whose token the manifest does not tell.
      check: async (address, signal) => {
        if (accepts === undefined) return real.check(address, signal);
        if (address.token !== accepts) return { kind: "wrong-token" };
        return real.check({ ...address, token: "sandbox" }, signal);
      },
      runCell: (...call) => real.runCell(...call),
    };
    const fake = fakeEnvironments();
    environments = new Environments({
      containers: fake.app.containers,
      launches: fake.app.launches,
      workspace: fake.app.workspace,
      used: fake.app.usedEnvironments,
      clusters,
      forwards,
      pods: new PodServers({ clusters, forwards, jupyter, secrets: store }),
      secrets: store,
      jupyter,
      clock: systemClock,
      log: logging,
    });
    app = { ...fake.app, clusters, forwards, clock: systemClock, environments: async () => environments };
  });
  afterEach(async () => {
    environments.dispose();
    forwards.dispose();
    clusters.dispose();
    await client.sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const target = { type: "object", ...place, uid: "x" };
  const rows = () =>
    environments.all
      .map((one) => environmentRow(one, { canAttach: false, gpus: undefined }))
      .map(({ label, description }) => `${label} | ${description}`);

  it("is reached with the token of its manifest, and stands in the view", async () => {
    await clusters.open("sandbox");
    const reader = environments.read();
    await new Promise<void>((resolve) => {
      const look = () => void (rows().length > 0 && resolve());
      environments.changed(look);
      look();
    });
    assert.deepEqual(rows(), ["notebook-0 | Running · ml · sandbox · not attached"]);
    const ui = fakeUi(["Copy URL"]);
    await attachPodJupyter(app, ui, target);
    const said = ui.shown.find((line) =>
      line.startsWith("info Jupyter in notebook-0 is at http://127.0.0.1:"),
    );
    assert.ok(said && !said.includes("token"), ui.shown.join("\n"));
    assert.ok(ui.shown.some((line) => /^copy http:\/\/127\.0\.0\.1:\d+\/\?token=sandbox$/.test(line)));
    assert.match(rows()[0] ?? "", /^notebook-0 \| Jupyter ready · 127\.0\.0\.1:\d+ · .* · ml · sandbox$/);
    assert.deepEqual([...secrets.values()], ["sandbox"]);
    assert.deepEqual(
      forwards.all.map(({ spec }) => `${spec.server} ${spec.name}:${spec.port}`),
      ["Jupyter notebook-0:8888"],
    );
    reader.dispose();
  });

  it("asks for a token that the manifest does not tell, and says it nowhere", async () => {
    accepts = "canary";
    const refused = fakeUi(["wrong"]);
    await assert.rejects(
      attachPodJupyter(app, refused, target),
      /asks for a token that neither its manifest nor a look inside tells/,
    );
    const ui = fakeUi(["canary", undefined]);
    await attachPodJupyter(app, ui, target);
    assert.ok(ui.shown.some((line) => line.startsWith("info Jupyter in notebook-0 is at http://127.0.0.1:")));
    assert.deepEqual([...secrets.values()], ["canary"]);
    assert.ok(log.length > 0 && log.every((line) => !line.includes("canary")));
    assert.ok(!JSON.stringify(environments.all).includes("canary"));
  });

  it("keeps its entry when the pod is replaced", async () => {
    const first = await environments.connect(podId(place), never());
    await client.send("DELETE", "/api/v1/namespaces/ml/pods/notebook-0");
    const again = await environments.connect(podId(place), never());
    assert.equal(again.url, first.url);
    assert.deepEqual(app.usedEnvironments.all, [{ id: podId(place), label: "notebook-0" }]);
  });

  it("is named when there is none", async () => {
    const found = await client.get("/api/v1/namespaces/ml/pods?labelSelector=app%3Dqwen-server");
    const name = found.body.text("items.0.metadata.name");
    await assert.rejects(
      environments.connect(podId({ ...place, name }), never()),
      /^Trouble: Pod \S+ shows no sign of Jupyter/,
    );
  });

  it("has an id that says which pod it is", () => {
    const odd = { context: "a:b/c", namespace: "n", kind: "Pod", name: "x" };
    assert.deepEqual(podOf(podId(odd)), odd);
    assert.equal(podOf("devcontainer:x"), undefined);
  });
});
