// Kubeconfig files as kubectl reads them: nothing bad in one place hides what is good in another.
import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "mocha";
import { silentLog } from "../../../src/base/log.ts";
import { Trouble } from "../../../src/base/trouble.ts";
import { Kubeconfig, kubeconfigPaths } from "../../../src/io/kube/kubeconfig.ts";
import { cpuMs, isWithin } from "../../support/cpuTime.ts";

describe("kubeconfig", function () {
  this.timeout(20_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-kubeconfig-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function file(name: string, text: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  }

  const config = (context: string, server = `https://${context}.test`) => `apiVersion: v1
kind: Config
clusters: [{ name: ${context}-cluster, cluster: { server: "${server}" } }]
users: [{ name: ${context}-user, user: { token: t } }]
contexts: [{ name: ${context}, context: { cluster: ${context}-cluster, user: ${context}-user } }]
current-context: ${context}
`;

  it("takes the setting, else KUBECONFIG, else the file in the home folder", () => {
    assert.deepEqual(kubeconfigPaths(["~/a", "/b"], { KUBECONFIG: "/c" }, "/home/me"), ["/home/me/a", "/b"]);
    assert.deepEqual(kubeconfigPaths([], { KUBECONFIG: "/c::/d" }, "/home/me"), ["/c", "/d"]);
    assert.deepEqual(kubeconfigPaths([], { KUBECONFIG: "" }, "/home/me"), ["/home/me/.kube/config"]);
  });

  it("merges files as kubectl does: the first entry of a name wins, a missing file is passed over", async () => {
    const first = await file("first", config("dev", "https://first.test"));
    const second = await file("second", config("dev", "https://second.test") + config("x").slice(0, 0));
    const third = await file("third", config("prod"));
    const kubeconfig = new Kubeconfig(() => [join(folder, "missing"), first, second, third], silentLog);
    const view = await kubeconfig.load();
    assert.deepEqual(
      view.contexts.map(({ name, server }) => [name, server]),
      [
        ["dev", "https://first.test"],
        ["prod", "https://prod.test"],
      ],
    );
    assert.equal(view.current, "dev");
    assert.deepEqual(view.problems, []);
    assert.equal(view.trouble, undefined);
  });

  it("says where to put one when there is none", async () => {
    const view = await new Kubeconfig(() => [join(folder, "none")], silentLog).load();
    assert.equal(
      view.trouble,
      `There is no kubeconfig at ${join(folder, "none")}: create one, or set KUBECONFIG.`,
    );
    assert.equal(view.isMissing, true);
  });

  it("gives one sentence for an empty file, a broken one, a list, a folder and a forbidden one", async () => {
    const sentence = async (path: string) => (await new Kubeconfig(() => [path], silentLog).load()).trouble;
    assert.equal(await sentence(await file("empty", " \n")), `${join(folder, "empty")} is empty.`);
    assert.equal(
      await sentence(await file("broken", "clusters:\n  - name: [\n")),
      `${join(folder, "broken")} can't be read as YAML at line 3: correct it there.`,
    );
    assert.match(
      (await sentence(await file("list", "- a\n"))) ?? "",
      /can't be read as a kubeconfig \(it holds no kubeconfig\)/,
    );
    await mkdir(join(folder, "dir"));
    assert.match((await sentence(join(folder, "dir"))) ?? "", /is a folder: name the kubeconfig file in it/);
    assert.match((await sentence(await file("no-context", "kind: Config\n"))) ?? "", /name no context/);
    if (process.getuid?.() === 0) return;
    const closed = await file("closed", config("dev"));
    await chmod(closed, 0o000);
    assert.match((await sentence(closed)) ?? "", /may not be read: check its file permissions/);
  });

  it("keeps the good entries beside bad ones and names each bad one", async () => {
    const path = await file(
      "mixed",
      `clusters:
- { name: good, cluster: { server: "https://good.test" } }
- { name: no-server, cluster: {} }
- { cluster: { server: "https://x.test" } }
users: [{ name: me, user: {} }, {}]
contexts:
- { name: fine, context: { cluster: good, user: me } }
- { name: half }
- { name: lost, context: { cluster: nowhere, user: me } }
`,
    );
    const kubeconfig = new Kubeconfig(() => [path], silentLog);
    const view = await kubeconfig.load();
    assert.deepEqual(
      view.contexts.map(({ name }) => name),
      ["fine", "lost"],
    );
    assert.deepEqual(view.problems, [
      `${path}: cluster no-server has no server and is left out.`,
      `${path}: clusters[2] has no name and is left out.`,
      `${path}: context half has no cluster and is left out.`,
      `${path}: users[1] has no name and is left out.`,
    ]);
    assert.throws(
      () => kubeconfig.target("lost"),
      (error) =>
        Trouble.is(error, "bad-input") &&
        /names the cluster nowhere, which the kubeconfig does not have/.test(error.text),
    );
  });

  it("keeps a broken file's sentence beside the contexts of another", async () => {
    const broken = await file("broken", "a: [\n");
    const good = await file("good", config("dev"));
    const view = await new Kubeconfig(() => [broken, good], silentLog).load();
    assert.deepEqual(
      view.contexts.map(({ name }) => name),
      ["dev"],
    );
    assert.match(view.problems[0] ?? "", /broken can't be read as YAML at line/);
  });

  it("takes relative paths from the file's own folder, and tokenFile too", async () => {
    const path = await file(
      "paths",
      `clusters: [{ name: c, cluster: { server: "https://c.test", certificate-authority: ca.crt } }]
users: [{ name: u, user: { tokenFile: token } }]
contexts: [{ name: dev, context: { cluster: c, user: u } }]
`,
    );
    const kubeconfig = new Kubeconfig(() => [path], silentLog);
    await kubeconfig.load();
    const target = kubeconfig.target("dev");
    assert.equal(target.cluster.caFile, join(folder, "ca.crt"));
    assert.equal(target.tokenFile, join(folder, "token"));
  });

  const BOMB = [
    "a: &a [x]",
    ...Array.from("bcdefghi", (key, index) => {
      const before = "abcdefgh"[index] ?? "a";
      return `${key}: &${key} [${Array.from({ length: 9 }, () => `*${before}`).join(",")}]`;
    }),
  ].join("\n");

  /** Of 5 MB: contexts with the certificates that installers write. */
  function large(): string {
    const data = (length: number) => "QUJD".repeat(length / 4);
    const names = Array.from({ length: 950 }, (_, index) => `c-${index}`);
    const each = (of: (name: string) => string) => names.map(of).join("");
    return `apiVersion: v1
clusters:
${each((name) => `- cluster:\n    certificate-authority-data: ${data(1480)}\n    server: https://${name}.test\n  name: ${name}\n`)}contexts:
${each((name) => `- context:\n    cluster: ${name}\n    user: ${name}\n  name: ${name}\n`)}current-context: c-0
kind: Config
users:
${each((name) => `- name: ${name}\n  user:\n    client-certificate-data: ${data(1480)}\n    client-key-data: ${data(2240)}\n`)}`;
  }

  it("is read within 200 ms, of 5 MB and a thousand contexts too, and an alias bomb is refused within that", async () => {
    const whole = large();
    assert.ok(whole.length > 4.9e6 && whole.length < 5 * 1024 * 1024, `${whole.length} bytes`);
    const cases: [name: string, text: string, contexts: number, trouble: RegExp | undefined][] = [
      [
        "bundle",
        config("dev").replace("{ server:", `{ certificate-authority-data: ${"QUJD".repeat(1.2e6)}, server:`),
        1,
        undefined,
      ],
      ["large", whole, 950, undefined],
      ["bomb", BOMB, 0, /bomb can't be read as a kubeconfig \(Excessive alias count/],
      [
        "bomb-beside",
        `${config("dev")}extra:\n  ${BOMB.replaceAll("\n", "\n  ")}\n`,
        0,
        /Excessive alias count/,
      ],
      ["comment", `${config("dev")}#${"x".repeat(4.9e6)}\n`, 1, undefined],
      ["too-large", "#".repeat(6 * 1024 * 1024), 0, /larger than 5 MB/],
    ];
    for (const [name, content, contexts, trouble] of cases) {
      const path = await file(name, content);
      // The quickest of three: the first ones are slow for what else they do on a busy machine.
      let tookMs = Number.POSITIVE_INFINITY;
      for (let time = 0; time < 3; time++) {
        const started = cpuMs();
        const view = await new Kubeconfig(() => [path], silentLog).load();
        tookMs = Math.min(tookMs, cpuMs() - started);
        assert.equal(view.contexts.length, contexts, name);
        if (trouble) assert.match(view.trouble ?? "", trouble);
      }
      assert.ok(isWithin(tookMs, 200), `${name}: ${tookMs} ms`);
    }
  });

  it("with a byte order mark, other line ends or nothing in it is as kubectl reads it", async () => {
    for (const text of [`\uFEFF${config("dev")}`, config("dev").replaceAll("\n", "\r\n")]) {
      const path = await file("marked", text);
      const view = await new Kubeconfig(() => [path], silentLog).load();
      assert.deepEqual(
        [view.contexts.map(({ name }) => name), view.problems, view.current],
        [["dev"], [], "dev"],
      );
    }
    const empty = await file("empty", "");
    const good = await file("good", config("dev"));
    const view = await new Kubeconfig(() => [empty, good], silentLog).load();
    assert.deepEqual([view.contexts.length, view.problems], [1, [`${empty} is empty.`]]);
  });

  it("says of each entry that can't be used what is wrong with it", async () => {
    const path = await file(
      "mixed",
      `clusters:
- { name: good, cluster: { server: "https://good.test" } }
- { name: good, cluster: { server: "https://second.test" } }
- { name: none, cluster: { server: "" } }
- five
- { name: number, cluster: { server: 5 } }
users: { name: me }
contexts:
- { name: dev, context: { cluster: good, namespace: ml } }
- { name: dev, context: { cluster: none } }
- { name: "", context: { cluster: good } }
- { name: 7, context: { cluster: good } }
- { name: half, context: }
`,
    );
    const kubeconfig = new Kubeconfig(() => [path], silentLog);
    const view = await kubeconfig.load();
    assert.deepEqual(view.contexts, [
      { name: "dev", cluster: "good", user: "", namespace: "ml", server: "https://good.test" },
    ]);
    assert.deepEqual(
      view.problems.map((problem) => problem.replace(`${path}: `, "")),
      [
        "cluster good is there twice, and the first counts.",
        "cluster none has no server and is left out.",
        "clusters[3] has no name and is left out.",
        "cluster number has no server and is left out.",
        "context dev is there twice, and the first counts.",
        "contexts[2] has no name and is left out.",
        "contexts[3] has no name and is left out.",
        "context half has no cluster and is left out.",
        "users is no list and is left out.",
      ],
    );
  });

  it("gives every part of an entry that a connection needs, as kubectl's own types name it", async () => {
    const path = await file(
      "all",
      `clusters:
- name: c
  cluster: &c
    server: https://c.test/
    certificate-authority-data: QQ==
    certificate-authority: ca.crt
    insecure-skip-tls-verify: true
    tls-server-name: other.test
    proxy-url: socks5://127.0.0.1:1080
- name: merged
  cluster: { <<: *c, server: https://merged.test }
users:
- name: u
  user:
    client-certificate-data: Qg==
    client-certificate: me.crt
    client-key-data: Qw==
    client-key: /keys/me.key
    token: t
    tokenFile: token
    as: root
    as-groups: [admins]
    username: me
    password: secret
    exec: { command: ./sign-in }
    auth-provider: { name: gcp }
contexts:
- { name: dev, context: { cluster: c, user: u, namespace: ml } }
- { name: merged, context: { cluster: merged, user: u } }
`,
    );
    const kubeconfig = new Kubeconfig(() => [path], silentLog);
    await kubeconfig.load();
    assert.deepEqual(kubeconfig.target("dev"), {
      context: "dev",
      namespace: "ml",
      cluster: {
        name: "c",
        server: "https://c.test",
        caData: "QQ==",
        caFile: join(folder, "ca.crt"),
        skipTLSVerify: true,
        tlsServerName: "other.test",
        proxyUrl: "socks5://127.0.0.1:1080",
      },
      user: {
        name: "u",
        certData: "Qg==",
        certFile: join(folder, "me.crt"),
        keyData: "Qw==",
        keyFile: "/keys/me.key",
        token: "t",
        username: "me",
        password: "secret",
        impersonateUser: "root",
        exec: { command: "./sign-in" },
        authProvider: { name: "gcp" },
      },
      tokenFile: join(folder, "token"),
      impersonateGroups: ["admins"],
      folder,
    });
    const { server, caData } = kubeconfig.target("merged").cluster;
    assert.deepEqual([server, caData], ["https://merged.test", "QQ=="]);
  });

  it("that is not UTF-8 hides nothing, and a hundred contexts are there at once", async () => {
    const latin = join(folder, "latin");
    await writeFile(latin, Buffer.from(`# caf\u00e9\n${config("dev")}`, "latin1"));
    const view = await new Kubeconfig(() => [latin], silentLog).load();
    assert.deepEqual(
      view.contexts.map(({ name }) => name),
      ["dev"],
    );
    const paths = await Promise.all(
      Array.from({ length: 100 }, (_, index) => file(`many-${index}`, config(`c-${index}`))),
    );
    const started = cpuMs();
    assert.equal((await new Kubeconfig(() => paths, silentLog).load()).contexts.length, 100);
    assert.ok(cpuMs() - started < 1_000, `${cpuMs() - started} ms`);
  });

  it("knows when a file was written again", async () => {
    const path = await file("config", config("dev"));
    const kubeconfig = new Kubeconfig(() => [path], silentLog);
    await kubeconfig.load();
    assert.equal(await kubeconfig.hasChanged(), false);
    await file("config", `${config("dev")}# more\n`);
    assert.equal(await kubeconfig.hasChanged(), true);
  });
});
