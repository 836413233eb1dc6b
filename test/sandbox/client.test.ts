// Slipway's own client against the sandbox: the rows of a first look.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { kindNamed } from "../../src/core/kube/kinds.ts";
import type { ObjectRow } from "../../src/core/kube/row.ts";
import { Connection } from "../../src/io/kube/connection.ts";
import { Kubeconfig } from "../../src/io/kube/kubeconfig.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";

describe("Slipway's client in the sandbox", function () {
  // The first load of the client's libraries takes seconds on a busy machine.
  this.timeout(20_000);
  let sandbox: Sandbox;
  let folder = "";
  let connection: Connection;
  before(async () => {
    sandbox = await startSandbox();
    folder = await mkdtemp(join(tmpdir(), "slipway-client-"));
    const path = join(folder, "kubeconfig");
    await writeFile(path, sandbox.kubeconfig);
    const kubeconfig = new Kubeconfig(() => [path], silentLog);
    assert.deepEqual((await kubeconfig.load()).current, "sandbox");
    connection = new Connection(kubeconfig.target("sandbox"), systemClock, silentLog);
  });
  after(async () => {
    connection?.dispose();
    await sandbox?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("lists the pods as rows, and hears of changes after a reset and an expired history", async () => {
    const kind = kindNamed("Pod");
    assert.ok(kind);
    const rows = new Map<string, ObjectRow>();
    let wake = () => {};
    const watching = connection.watch(kind, "ml", {
      onEvents(events) {
        for (const event of events) {
          if (event.type === "page") for (const row of event.rows) rows.set(row.uid, row);
          else if (event.type === "set") rows.set(event.row.uid, event.row);
          else if (event.type === "gone") rows.delete(event.uid);
        }
        wake();
      },
      onState() {},
    });
    const until = async (check: () => boolean) => {
      while (!check()) await new Promise<void>((resolve) => (wake = resolve));
    };
    const named = (start: string) => Array.from(rows.values()).find((row) => row.name.startsWith(start));
    await until(() => rows.size >= 8);
    assert.equal(named("embed-backfill")?.status, "CrashLoopBackOff");
    assert.match(named("pretrain-70b")?.message ?? "", /Insufficient nvidia\.com\/gpu/);
    sandbox.faults.expire();
    sandbox.faults.reset("watch");
    const url = `${sandbox.url}/api/v1/namespaces/ml/pods`;
    const body = { metadata: { name: "late" }, spec: { containers: [{ name: "main", image: "x" }] } };
    await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    await until(() => named("late")?.status === "Running");
    watching.dispose();
  });
});
