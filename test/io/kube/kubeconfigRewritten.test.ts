// A kubeconfig that is rewritten while it is in use: renamed over, half written, broken, deleted.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { Clusters } from "../../../src/app/stores/clusters.ts";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import { KubeClusters } from "../../../src/io/kube/clusters.ts";
import { FileWatch } from "../../../src/io/kube/fileWatch.ts";
import { Kubeconfig } from "../../../src/io/kube/kubeconfig.ts";
import { manualClock } from "../../manualClock.ts";
import { FakeApiServer, fakePod } from "./fakeApiServer.ts";

/** As kubectl writes it. */
function config(server: string, names: readonly string[], current = names[0] ?? ""): string {
  const each = (of: (name: string) => string) => names.map(of).join("");
  return `apiVersion: v1
clusters:
${each((name) => `- cluster:\n    certificate-authority-data: QUJD\n    server: ${server}\n  name: ${name}-cluster\n`)}contexts:
${each((name) => `- context:\n    cluster: ${name}-cluster\n    namespace: ml\n    user: ${name}-user\n  name: ${name}\n`)}current-context: ${current}
kind: Config
preferences: {}
users:
${each((name) => `- name: ${name}-user\n  user:\n    token: token-of-${name}\n`)}`;
}

/** The same in the order of other programs. */
const inOtherOrder = (server: string) => `apiVersion: v1
kind: Config
clusters: [{ name: dev-cluster, cluster: { server: "${server}" } }]
users:
- name: dev-user
  user: { token: token-of-dev }
contexts:
- name: dev
  context: { cluster: dev-cluster, user: dev-user }
- name: prod
  context: { cluster: dev-cluster, user: dev-user }
current-context: dev
`;

describe("a kubeconfig that is rewritten", function () {
  this.timeout(60_000);
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-rewritten-"));
    path = join(folder, "config");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function renamedOver(content: string): Promise<void> {
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
  }

  it("is whole as JSON on one line without a line feed, whatever it was before", async () => {
    await writeFile(path, config("https://one.test", ["dev"]));
    const kubeconfig = new Kubeconfig(() => [path], silentLog);
    await kubeconfig.load();
    const cluster = { name: "c", cluster: { server: "https://one.test" } };
    const user = { name: "u", user: { token: "x" } };
    const contexts = ["dev", "new"].map((name) => ({ name, context: { cluster: "c", user: "u" } }));
    const whole = { kind: "Config", clusters: [cluster], users: [user], contexts, "current-context": "new" };
    const text = JSON.stringify(whole);
    await writeFile(path, text.slice(0, -1));
    assert.equal((await kubeconfig.load(true)).current, "dev");
    await writeFile(path, text);
    const view = await kubeconfig.load(true);
    assert.deepEqual([view.current, view.problems], ["new", []]);
  });

  for (const [order, whole] of [
    ["kubectl's", config("https://one.test", ["dev", "prod"])],
    ["another", inOtherOrder("https://one.test")],
  ] as const)
    it(`is as it was while it is half written, wherever it ends (${order} order)`, async () => {
      await writeFile(path, whole);
      const kubeconfig = new Kubeconfig(() => [path], silentLog);
      await kubeconfig.load();
      const known = ["dev", "prod"].map((name) => JSON.stringify(kubeconfig.target(name)));
      let said = 0;
      for (let length = 0; length < whole.length; length++) {
        await writeFile(path, whole.slice(0, length));
        const view = await kubeconfig.load(true);
        assert.deepEqual(
          view.contexts.map(({ name }) => name),
          ["dev", "prod"],
          whole.slice(0, length),
        );
        assert.deepEqual(
          ["dev", "prod"].map((name) => JSON.stringify(kubeconfig.target(name))),
          known,
          whole.slice(0, length),
        );
        const [problem] = view.problems;
        if (problem?.endsWith(" What it said before counts until then.")) said += 1;
      }
      assert.ok(said >= whole.length - 20, `${said} of ${whole.length} said so`);
      await writeFile(path, whole);
      assert.deepEqual((await kubeconfig.load(true)).problems, []);
    });

  it("that is deleted, emptied or broken counts as it was until somebody refreshes, and says so", async () => {
    const kubeconfig = new Kubeconfig(() => [path], silentLog);
    const whole = config("https://one.test", ["dev"]);
    await writeFile(path, whole);
    await kubeconfig.load();
    const problems = async () => {
      const { contexts, problems: said, trouble, isMissing } = await kubeconfig.load(true);
      assert.deepEqual(
        [contexts.map(({ name }) => name), trouble, isMissing],
        [["dev"], undefined, undefined],
      );
      assert.equal(kubeconfig.target("dev").user.token, "token-of-dev");
      return said;
    };
    const until = " What it said before counts until then.";
    await writeFile(path, "");
    assert.deepEqual(await problems(), [`${path} is empty.${until}`]);
    await writeFile(path, "clusters:\n  - name: [\n");
    assert.deepEqual(await problems(), [
      `${path} can't be read as YAML at line 3: correct it there.${until}`,
    ]);
    await writeFile(path, "apiVersion: v1\nkind: Config\n");
    assert.deepEqual(await problems(), [
      `${path} has lost its clusters: complete it, or refresh the view.${until}`,
    ]);
    await unlink(path);
    assert.deepEqual(await problems(), [`${path} is gone: put it back, or refresh the view.${until}`]);
    const refreshed = await kubeconfig.load();
    assert.deepEqual([refreshed.contexts, refreshed.isMissing], [[], true], "who refreshes sees what is");
  });

  it("beside others hides none of them, and none of what it held", async () => {
    const other = join(folder, "other");
    await writeFile(path, config("https://one.test", ["dev"]));
    await writeFile(other, config("https://two.test", ["prod"]));
    const kubeconfig = new Kubeconfig(() => [path, other], silentLog);
    await kubeconfig.load();
    await writeFile(path, "a: [\n");
    const view = await kubeconfig.load();
    assert.deepEqual(
      view.contexts.map(({ name, server }) => [name, server]),
      [
        ["dev", "https://one.test"],
        ["prod", "https://two.test"],
      ],
    );
    assert.equal(view.problems.length, 1);
  });

  describe("and watched", () => {
    const clock = manualClock(1_000);
    let begun: number;
    let told: number;
    let files: FileWatch;

    beforeEach(() => {
      [begun, told] = [0, 0];
      const counting: Clock = {
        ...clock,
        after(delayMs, run) {
          begun += 1;
          return clock.after(delayMs, run);
        },
      };
      files = new FileWatch(counting, () => void (told += 1));
    });
    afterEach(() => files.dispose());

    /** Resolves when the file system has told of it: the quiet time begins anew. */
    async function noticed(change: () => Promise<unknown>): Promise<void> {
      const before = begun;
      await change();
      await until(() => begun > before);
    }

    it("is told of 200 ms after the last of several writes, once", async () => {
      await writeFile(path, "one");
      files.set([path]);
      for (let time = 0; time < 4; time++) {
        await noticed(() => renamedOver(`version ${time}`));
        clock.advance(150);
      }
      assert.equal(told, 0);
      clock.advance(50);
      assert.equal(told, 1);
      clock.advance(10_000);
      assert.equal(told, 1);
    });

    it("is told of after two seconds at most where it is written all the time", async () => {
      await writeFile(path, "one");
      files.set([path]);
      for (let time = 0; time < 13; time++) {
        await noticed(() => renamedOver(`version ${time}`));
        clock.advance(150);
      }
      assert.equal(told, 0);
      await noticed(() => renamedOver("more"));
      clock.advance(50);
      assert.equal(told, 1);
    });

    it("is noticed when it is renamed over, deleted, made again, behind a link, and in a folder that is made", async () => {
      const real = join(folder, "elsewhere");
      await mkdir(real);
      await writeFile(join(real, "config"), "one");
      await writeFile(path, "one");
      await symlink(join(real, "config"), join(folder, "link"));
      const late = join(folder, "late");
      files.set([path, join(folder, "link"), join(late, "config")]);
      const changes: (() => Promise<unknown>)[] = [
        () => renamedOver("two"),
        () => unlink(path),
        () => writeFile(path, "three"),
        () => writeFile(join(real, "config"), "two"),
        () => mkdir(late),
      ];
      for (const [index, change] of changes.entries()) {
        await noticed(change);
        clock.advance(200);
        assert.equal(told, index + 1);
      }
      files.set([path, join(late, "config")]);
      await noticed(() => writeFile(join(late, "config"), "one"));
    });

    it("is not told of for a neighbour, nor after its end", async () => {
      await writeFile(path, "one");
      files.set([path]);
      await writeFile(join(folder, "neighbour"), "one");
      await noticed(() => writeFile(path, "two"));
      clock.advance(200);
      assert.equal(told, 1);
      files.dispose();
      await writeFile(path, "three");
      assert.deepEqual(clock.waiting(), []);
    });
  });

  it("brings its contexts to who looks, keeps what is open and its watches, and is read once for several writes", async () => {
    const server = new FakeApiServer();
    server.listsInWatches = "yes";
    await server.start();
    server.put(fakePod("one"));
    await writeFile(path, config(server.url, ["dev"]));
    const io = new KubeClusters(() => [path], systemClock, silentLog);
    const store = new Clusters(io, systemClock, silentLog);
    try {
      const names = async () => (await store.contexts()).contexts.map(({ name }) => name).join();
      const cluster = await store.open("dev");
      cluster.read("Pod");
      await cluster.settled("Pod");
      await until(() => server.watcherCount === 1);
      let news = 0;
      store.changed((changes) => void (news += changes.filter(({ what }) => what === "contexts").length));
      await renamedOver(config(server.url, ["dev", "prod"], "prod"));
      await until(() => news === 1);
      assert.equal(await names(), "dev,prod");
      assert.equal((await store.contexts()).current, "prod");
      await unlink(path);
      await until(() => news === 2);
      assert.equal(await names(), "dev,prod");
      assert.match((await store.contexts()).problems[0] ?? "", /config is gone/);
      await writeFile(path, config(server.url, ["dev", "prod"]).slice(0, 300));
      await until(() => news === 3);
      assert.equal(await names(), "dev,prod");
      assert.equal(
        (await store.open("prod")).entry.server,
        server.url,
        "also what was not open can be opened",
      );
      await renamedOver(config(server.url, ["dev"]));
      // One more for the context that was closed as it is gone.
      await until(() => news === 5);
      assert.equal(await names(), "dev");
      assert.deepEqual((await store.contexts()).problems, []);
      assert.equal(store.get("dev"), cluster, "it is open all the time");
      assert.equal(server.watcherCount, 1);
      assert.equal(
        server.requests.filter(({ path: asked }) => asked === "/api/v1/pods").length,
        1,
        "it is the same watch",
      );
      assert.deepEqual(
        cluster.rows("Pod").map(({ name }) => name),
        ["one"],
      );
    } finally {
      store.dispose();
      await server.stop();
    }
  });
});

async function until(done: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!done() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 2));
  assert.ok(done(), `waited in vain: ${done.toString()}`);
}
