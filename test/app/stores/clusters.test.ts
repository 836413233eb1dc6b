// The cluster store with a clock turned by hand: who reads what, for how long, and what changed says.
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import { Clusters, type ClusterChange } from "../../../src/app/stores/clusters.ts";
import type {
  ClusterConnection,
  ClusterPort,
  KubeconfigView,
  WatchSink,
} from "../../../src/app/stores/cluster/port.ts";
import type { Clock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { kindNamed } from "../../../src/core/kube/kinds.ts";

class HandClock implements Clock {
  #now = 1_000_000;
  /** By how much somebody has set the machine's time since. */
  setByMs = 0;
  readonly #timers = new Set<{ atMs: number; run: () => void }>();
  now(): number {
    return this.#now + this.setByMs;
  }
  elapsed(): number {
    return this.#now;
  }
  after(delayMs: number, run: () => void) {
    const timer = { atMs: this.#now + delayMs, run };
    this.#timers.add(timer);
    return { dispose: () => void this.#timers.delete(timer) };
  }
  turn(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = Array.from(this.#timers)
        .filter((timer) => timer.atMs <= end)
        .sort((one, other) => one.atMs - other.atMs)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.atMs);
      next.run();
    }
    this.#now = end;
  }
}

interface FakeWatch {
  place: string;
  sink: WatchSink;
  open: boolean;
}

class FakeCluster implements ClusterPort {
  view: KubeconfigView = {
    contexts: [{ name: "dev", cluster: "c", user: "u", namespace: "ml" }],
    current: "dev",
    problems: [],
  };
  readonly watches: FakeWatch[] = [];
  connected = 0;
  closed = 0;

  async load(): Promise<KubeconfigView> {
    return this.view;
  }
  async hasChanged(): Promise<boolean> {
    return true;
  }
  /** Says that a file was written. */
  written: () => void = () => {};
  async watchFiles(onChange: () => void) {
    this.written = onChange;
    return { dispose: () => void (this.written = () => {}) };
  }
  async connect(): Promise<ClusterConnection> {
    this.connected++;
    return {
      watch: (kind, namespace, sink) => {
        const watch = { place: `${kind.plural}@${namespace ?? "*"}`, sink, open: true };
        this.watches.push(watch);
        return { dispose: () => void (watch.open = false) };
      },
      forward: () => {
        throw new Error("not asked for here");
      },
      discover: () => Promise.reject(new Error("unused")),
      get: () => Promise.reject(new Error("unused")),
      events: () => Promise.reject(new Error("unused")),
      list: () => Promise.reject(new Error("unused")),
      proxied: () => Promise.reject(new Error("unused")),
      execute: () => Promise.reject(new Error("unused")),
      remove: () => Promise.reject(new Error("unused")),
      patch: () => Promise.reject(new Error("unused")),
      copier: () => Promise.reject(new Error("unused")),
      review: () => Promise.reject(new Error("unused")),
      replace: () => Promise.reject(new Error("unused")),
      create: () => Promise.reject(new Error("unused")),
      evict: () => Promise.reject(new Error("unused")),
      applier: () => ({
        apply: () => Promise.reject(new Error("unused")),
        find: () => Promise.reject(new Error("unused")),
        remove: () => Promise.reject(new Error("unused")),
      }),
      trier: () => ({ try: () => Promise.reject(new Error("unused")) }),
      version: () => Promise.reject(new Error("unused")),
      userName: () => Promise.reject(new Error("unused")),
      openApi: () => Promise.reject(new Error("unused")),
      openApiText: () => Promise.reject(new Error("unused")),
      listed: () => Promise.reject(new Error("unused")),
      names: () => Promise.reject(new Error("unused")),
      followLogs: () => Promise.reject(new Error("unused")),
      dispose: () => void this.closed++,
    };
  }

  get places(): string[] {
    return this.watches.filter(({ open }) => open).map(({ place }) => place);
  }

  at(place: string): WatchSink {
    const found = this.watches.findLast((watch) => watch.open && watch.place === place);
    assert.ok(found, place);
    return found.sink;
  }

  list(place: string, ...names: string[]): void {
    const kind = kindNamed("Pod");
    assert.ok(kind);
    const rows = names.map((name) => kind.project({ metadata: { name, uid: name, namespace: "ml" } }));
    this.at(place).onEvents([{ type: "relist" }, { type: "page", rows }, { type: "listed" }]);
    this.at(place).onState({ state: "live" });
  }

  add(place: string, name: string): void {
    const row = kindNamed("Pod")?.project({ metadata: { name, uid: name, namespace: "ml" } });
    assert.ok(row);
    this.at(place).onEvents([{ type: "set", row }]);
  }
}

const denied = new Trouble("denied", "may not");

describe("the cluster store", () => {
  let fake: FakeCluster;
  let clock: HandClock;
  let store: Clusters;
  let news: ClusterChange[][];

  beforeEach(() => {
    fake = new FakeCluster();
    clock = new HandClock();
    store = new Clusters(fake, clock, silentLog, () => ["extra"]);
    news = [];
    store.changed((changes) => news.push(changes));
  });

  it("connects once, and only when a context is opened", async () => {
    await store.contexts();
    assert.equal(fake.connected, 0);
    const [one, other] = await Promise.all([store.open("dev"), store.open("dev")]);
    assert.equal(one, other);
    assert.equal(fake.connected, 1);
    assert.deepEqual(fake.places, []);
  });

  it("refuses a context that the kubeconfig does not have", async () => {
    await assert.rejects(store.open("gone"), (error) => Trouble.is(error, "not-found"));
  });

  it("watches a kind once for all its readers, and a minute longer than the last of them", async () => {
    const cluster = await store.open("dev");
    const first = cluster.read("Pod", "ml");
    const second = cluster.read("Pod", "other");
    assert.deepEqual(fake.places, ["pods@*"]);
    first.dispose();
    first.dispose();
    clock.turn(120_000);
    assert.deepEqual(fake.places, ["pods@*"], "the second still reads");
    second.dispose();
    clock.turn(59_000);
    const third = cluster.read("Pod");
    clock.turn(120_000);
    assert.deepEqual(fake.places, ["pods@*"], "it was read again in time");
    assert.equal(fake.watches.length, 1);
    third.dispose();
    clock.turn(61_000);
    assert.deepEqual(fake.places, []);
  });

  it("gives the first news at once and then at most every 150 ms", async () => {
    const cluster = await store.open("dev");
    cluster.read("Pod");
    fake.list("pods@*", "a");
    clock.turn(10);
    assert.equal(news.length, 1);
    for (let index = 0; index < 50; index++) {
      fake.add("pods@*", `pod-${index}`);
      clock.turn(10);
    }
    assert.ok(news.length >= 4 && news.length <= 5, `${news.length} times in 500 ms`);
    clock.turn(150);
    assert.equal(cluster.rows("Pod").length, 51);
    const seen = news
      .flat()
      .flatMap((change) => (change.what === "rows" ? change.changes.map(({ uid }) => uid) : []));
    assert.equal(new Set(seen).size, seen.length, "each change is told once");
  });

  for (const hours of [-1, 1])
    it(`gives news as before when the machine's time is set by ${hours} h`, async () => {
      const cluster = await store.open("dev");
      cluster.read("Pod");
      fake.list("pods@*", "a");
      clock.turn(1_000);
      clock.setByMs = hours * 3_600_000;
      fake.add("pods@*", "b");
      clock.turn(150);
      assert.equal(cluster.rows("Pod").length, 2);
      assert.equal(news.length, 2);
    });

  it("settles with the first list, or with the reason why there is none", async () => {
    const cluster = await store.open("dev");
    cluster.read("Pod");
    const settled = cluster.settled("Pod");
    fake.at("pods@*").onEvents([{ type: "relist" }]);
    clock.turn(1_000);
    fake.list("pods@*", "a");
    clock.turn(0);
    await settled;
    assert.equal(cluster.rows("Pod").length, 1);
    cluster.read("Node");
    const other = cluster.settled("Node");
    fake.at("nodes@*").onState({ state: "down", trouble: new Trouble("unreachable", "away") });
    clock.turn(0);
    await other;
    assert.equal(cluster.condition("Node").state, "unreachable");
  });

  it("marks rows stale from the moment the watch broke, and well again", async () => {
    const cluster = await store.open("dev");
    cluster.read("Pod");
    fake.list("pods@*", "a");
    clock.turn(1_000);
    const brokeMs = clock.now();
    const trouble = new Trouble("unreachable", "away");
    fake.at("pods@*").onState({ state: "down", trouble });
    clock.turn(5_000);
    fake.at("pods@*").onState({ state: "down", trouble });
    clock.turn(5_000);
    assert.deepEqual(cluster.condition("Pod"), { state: "stale", sinceMs: brokeMs, trouble });
    assert.equal(cluster.worst().state, "stale");
    assert.equal(cluster.rows("Pod").length, 1, "rows stay");
    fake.at("pods@*").onState({ state: "live" });
    clock.turn(200);
    assert.equal(cluster.condition("Pod").state, "live");
  });

  it("is connecting until it has said something, and not again for what is read later", async () => {
    const cluster = await store.open("dev");
    cluster.read("Namespace");
    assert.equal(cluster.worst().state, "loading");
    fake.list("namespaces@*", "ml");
    clock.turn(0);
    assert.equal(cluster.worst().state, "live");
    cluster.read("Pod");
    assert.equal(cluster.condition("Pod").state, "loading");
    assert.equal(cluster.worst().state, "live");
    fake.at("pods@*").onState({ state: "down", trouble: new Trouble("unreachable", "away") });
    clock.turn(0);
    assert.equal(cluster.worst().state, "unreachable");
  });

  it("watches single namespaces where the cluster refuses all of them", async () => {
    const cluster = await store.open("dev");
    cluster.read("Pod", "ml");
    const settled = cluster.settled("Pod", "ml");
    fake.at("pods@*").onState({ state: "blocked", trouble: denied });
    clock.turn(0);
    assert.ok(fake.places.includes("pods@ml"));
    fake.list("pods@ml", "a");
    clock.turn(0);
    await settled;
    assert.equal(cluster.condition("Pod", "ml").state, "live");
    assert.equal(cluster.condition("Pod").state, "blocked");
    assert.deepEqual(
      cluster.rows("Pod", "ml").map(({ name }) => name),
      ["a"],
    );
    const other = cluster.read("Pod", "other");
    assert.ok(fake.places.includes("pods@other"));
    other.dispose();
    clock.turn(61_000);
    assert.ok(!fake.places.includes("pods@other"));
    assert.deepEqual(store.fallbackNamespaces(cluster), ["ml", "extra"]);
  });

  it("has each row once while single namespaces go on beside all of them", async () => {
    const cluster = await store.open("dev");
    cluster.read("Pod", "ml");
    const rows = () => cluster.rows("Pod").map(({ name }) => name);
    fake.at("pods@*").onState({ state: "blocked", trouble: denied });
    clock.turn(0);
    fake.list("pods@ml", "a");
    clock.turn(1_000);
    // The right was given meanwhile.
    await store.refresh();
    assert.deepEqual(rows(), ["a"], "what is known stays until all is there");
    fake.list("pods@*", "a", "b");
    clock.turn(1_000);
    assert.ok(fake.places.includes("pods@ml"));
    assert.deepEqual(rows(), ["a", "b"]);
    // And taken away again: of all of them only the single namespace is known from now on.
    const { letGo } = cluster;
    fake.at("pods@*").onState({ state: "blocked", trouble: denied });
    clock.turn(1_000);
    assert.deepEqual(rows(), ["a"]);
    assert.notEqual(cluster.letGo, letGo, "rows went without a change");
  });

  it("says that rows went without a change when nobody reads them any more", async () => {
    const cluster = await store.open("dev");
    const reading = cluster.read("Pod");
    fake.list("pods@*", "a");
    clock.turn(1_000);
    const { letGo } = cluster;
    reading.dispose();
    clock.turn(59_000);
    assert.equal(cluster.letGo, letGo);
    clock.turn(2_000);
    assert.deepEqual(cluster.rows("Pod"), []);
    assert.notEqual(cluster.letGo, letGo);
  });

  it("asks again for what was refused at a refresh, and only then", async () => {
    const cluster = await store.open("dev");
    cluster.read("Node");
    fake.at("nodes@*").onState({ state: "blocked", trouble: denied });
    clock.turn(600_000);
    assert.equal(fake.watches.length, 1);
    await store.refresh();
    assert.equal(fake.watches.length, 2);
    assert.equal(cluster.condition("Node").state, "loading");
  });

  it("closes what the kubeconfig no longer has, and keeps what is the same", async () => {
    await store.open("dev");
    await store.refresh();
    assert.equal(fake.closed, 0);
    fake.view = { contexts: [], problems: [] };
    await store.refresh();
    assert.equal(fake.closed, 1);
    assert.equal(store.get("dev"), undefined);
  });

  it("reads the kubeconfig again when it was written, and tears nothing away that is the same cluster", async () => {
    const cluster = await store.open("dev");
    const written = async () => {
      const told = new Promise<void>((resolve) => {
        const listener = store.changed((changes) => {
          if (!changes.some(({ what }) => what === "contexts")) return;
          listener.dispose();
          resolve();
        });
      });
      fake.written();
      await told;
    };
    const [entry] = fake.view.contexts;
    assert.ok(entry);
    // Another namespace and another current context, as kubens and kubectx write them.
    const other = { name: "other", cluster: "c", user: "u" };
    fake.view = { contexts: [{ ...entry, namespace: "web" }, other], current: "other", problems: [] };
    await written();
    assert.equal(store.get("dev"), cluster);
    assert.equal(cluster.entry.namespace, "web");
    assert.equal((await store.contexts()).current, "other");
    assert.equal(fake.closed, 0);
    fake.view = { contexts: [{ ...entry, user: "somebody else" }], problems: [] };
    await written();
    assert.equal(store.get("dev"), undefined);
    assert.equal(fake.closed, 1);
  });

  it("ends all watches and the connection when a context is closed", async () => {
    const cluster = await store.open("dev");
    const reading = cluster.read("Pod");
    const settled = cluster.settled("Pod");
    store.close("dev");
    await settled;
    reading.dispose();
    assert.deepEqual(fake.places, []);
    assert.equal(fake.closed, 1);
    assert.deepEqual(news.at(-1), [{ what: "contexts" }]);
    assert.throws(
      () => cluster.connection,
      (error) => Trouble.is(error, "not-found"),
    );
  });
});
