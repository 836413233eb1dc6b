// A network that loses connections without telling: how long the silence of a watch is borne is a setting.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { silentLog } from "../../../src/base/log.ts";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { KubeClusters } from "../../../src/io/kube/clusters.ts";
import { FakeApiServer, fakePod } from "./fakeApiServer.ts";
import { hurriedClock } from "./watching.ts";

describe("a watch that goes silent", () => {
  let server: FakeApiServer;
  let folder: string;

  beforeEach(async () => {
    server = new FakeApiServer();
    await server.start();
    server.put(fakePod("one"));
    folder = await mkdtemp(join(tmpdir(), "slipway-silence-"));
    await writeFile(
      join(folder, "config"),
      `clusters: [{ name: one, cluster: { server: "${server.url}" } }]
users: [{ name: me, user: {} }]
contexts: [{ name: dev, context: { cluster: one, user: me } }]
`,
    );
  });
  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it("is stale after the time of the setting, and then live again", async () => {
    const options = { silenceMs: () => 30_000 };
    const clusters = new KubeClusters(() => [join(folder, "config")], hurriedClock, silentLog, options);
    await clusters.load();
    const connection = await clusters.connect("dev");
    const pod = kindNamed("Pod");
    assert.ok(pod);
    const seen: { state: string; atMs: number }[] = [];
    const next = { go: () => {} };
    connection.watch(pod, undefined, {
      onEvents() {},
      onState: ({ state }) => {
        seen.push({ state, atMs: hurriedClock.elapsed() });
        next.go();
      },
    });
    const until = async (state: string, times: number) => {
      while (seen.filter((one) => one.state === state).length < times)
        await new Promise<void>((resolve) => (next.go = resolve));
      return seen.filter((one) => one.state === state)[times - 1]?.atMs ?? Number.NaN;
    };
    const liveMs = await until("live", 1);
    const downMs = await until("down", 1);
    // As it is without the setting it would be 150 s.
    assert.ok(downMs - liveMs >= 29_000 && downMs - liveMs < 140_000, `${downMs - liveMs} ms`);
    await until("live", 2);
    connection.dispose();
  });
});
