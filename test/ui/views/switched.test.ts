// A delete that was clicked in one cluster, while contexts are switched before the question is answered.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { App } from "../../../src/app/app.ts";
import { Clusters } from "../../../src/app/stores/clusters.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { KubeClusters } from "../../../src/io/kube/clusters.ts";
import { deleteObject } from "../../../src/ui/commands/deleteObject.ts";
import type { ObjectNode } from "../../../src/ui/rows/kube/node.ts";
import { FakeApiServer, fakePod } from "../../io/kube/fakeApiServer.ts";
import { FakeUi } from "./fakeUi.ts";

describe("a delete whose context is switched before it is confirmed", function () {
  this.timeout(20_000);
  let here: FakeApiServer;
  let there: FakeApiServer;
  let folder: string;
  let app: App;
  let ui: FakeUi;

  beforeEach(async () => {
    [here, there] = [new FakeApiServer(), new FakeApiServer()];
    for (const server of [here, there]) {
      await server.start();
      server.put(fakePod("web"));
    }
    folder = await mkdtemp(join(tmpdir(), "slipway-switched-"));
    await configure("here", here.url);
    const io = new KubeClusters(() => [join(folder, "config")], systemClock, silentLog);
    const clusters = new Clusters(io, systemClock, silentLog);
    app = { clusters, clock: systemClock, log: silentLog } as App;
    ui = new FakeUi();
  });
  afterEach(async () => {
    app.clusters.dispose();
    await here.stop();
    await there.stop();
    await rm(folder, { recursive: true });
  });

  function configure(current: string, hereUrl: string): Promise<void> {
    const text = `clusters:
- { name: here, cluster: { server: "${hereUrl}" } }
- { name: there, cluster: { server: "${there.url}" } }
users: [{ name: me, user: {} }]
contexts:
- { name: here, context: { cluster: here, user: me, namespace: ml } }
- { name: there, context: { cluster: there, user: me, namespace: ml } }
current-context: ${current}
`;
    return writeFile(join(folder, "config"), text);
  }

  const clicked = (): ObjectNode => ({
    type: "object",
    id: "here/uid-Pod/ml/web",
    parent: undefined,
    context: "here",
    kind: "Pod",
    uid: "uid-Pod/ml/web",
    name: "web",
    namespace: "ml",
  });

  /** Says yes after `meanwhile` has happened. */
  function confirmAfter(meanwhile: () => Promise<void>): void {
    ui.confirm = async (text, detail, action) => {
      ui.confirmed.push({ text, detail, action });
      await meanwhile();
      return true;
    };
  }
  const deletes = (server: FakeApiServer) => server.requests.filter(({ method }) => method === "DELETE");

  it("acts on the cluster that was clicked, whichever is the current context now", async () => {
    confirmAfter(async () => {
      await configure("there", here.url);
      await app.clusters.refresh();
      await app.clusters.open("there");
    });
    await deleteObject.run(app, ui, clicked());
    assert.match(ui.confirmed[0]?.detail ?? "", /^Context: here$/m);
    assert.equal(deletes(here).length, 1);
    assert.equal(deletes(there).length, 0);
  });

  it("sends nothing to another cluster that has the context's name now, and says so", async () => {
    confirmAfter(async () => {
      await configure("here", there.url);
      await app.clusters.refresh();
    });
    await assert.rejects(
      Promise.resolve(deleteObject.run(app, ui, clicked())),
      (error) => Trouble.is(error, "not-found") && /Context here was closed/.test(error.text),
    );
    assert.deepEqual([deletes(here).length, deletes(there).length], [0, 0]);
  });

  it("leaves an object alone that was made again under the same name meanwhile", async () => {
    confirmAfter(async () => {
      here.remove("Pod", "ml", "web");
      here.put(fakePod("web", "ml", { metadata: { name: "web", namespace: "ml", uid: "another" } }));
    });
    await assert.rejects(
      Promise.resolve(deleteObject.run(app, ui, clicked())),
      (error) => Trouble.is(error, "conflict") && /changed or replaced/.test(error.text),
    );
    const [sent] = deletes(here);
    assert.equal(
      (JSON.parse(sent?.body ?? "") as { preconditions: { uid: string } }).preconditions.uid,
      clicked().uid,
    );
  });
});
