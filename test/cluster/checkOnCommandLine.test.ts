// `slipway check --cluster` against a real API server: what it prints, and what it ends with.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { ownFolder } from "../cli/folder.ts";
import { slipway } from "../cli/world.ts";
import type { Cluster } from "../support/kubernetes/cluster.ts";
import { schemas } from "../schemas.ts";
import { sharedCluster } from "./world.ts";

const NAMESPACE = "command-line";

const job = (container: string) => `apiVersion: batch/v1
kind: Job
metadata:
  name: train
  namespace: ${NAMESPACE}
spec:
  activeDeadlineSeconds: 3600
  backoffLimit: 2
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: example.test/main:1
          resources:
            requests:
              cpu: 1
              memory: 1Gi
            limits:
              memory: 1Gi
${container}`;

const secret = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: token\n  namespace: ${NAMESPACE}\nstringData:\n  key: hunter2\n`;
const usesSecret = job("          envFrom:\n            - secretRef:\n                name: token\n");

describe("slipway check with a cluster", function () {
  this.timeout(60_000);
  let cluster: Cluster;
  const folder = ownFolder();

  before(async function () {
    cluster = await sharedCluster(this);
    await cluster.kubectl("create", "namespace", NAMESPACE);
  });
  after(async () => {
    await cluster?.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false");
  });

  async function run(
    files: Record<string, string>,
    args: string[],
    more: { kubeconfig?: string; input?: string } = {},
  ) {
    const { kubeconfig = cluster.kubeconfigPath, input = "" } = more;
    for (const [name, text] of Object.entries(files)) folder.put(name, text);
    const environment = {
      ...process.env,
      KUBECONFIG: kubeconfig,
      XDG_CACHE_HOME: join(folder.path, ".cache"),
    };
    // Paths are those of this process.
    const given = args.map((arg) => (/^(?:\.|\w+\.yaml)$/.test(arg) ? join(folder.path, arg) : arg));
    return slipway(["check", "--no-helm", ...given], {
      workingDirectory: folder.path,
      environment,
      input,
      schemas: () => schemas,
    });
  }

  it("asks nobody where it is not told to", async () => {
    const { code, out } = await run({ "a.yaml": usesSecret }, ["."], { kubeconfig: "/nowhere" });
    assert.equal(code, 0, out);
  });

  it("says what the cluster does not have, unless another file brings it", async () => {
    const alone = await run({ "a.yaml": usesSecret }, ["--cluster", "."]);
    assert.equal(alone.code, 1);
    assert.match(
      alone.out,
      /a\.yaml:23:23 warning CLU007\n {2}There is no Secret token in namespace command-line\./,
    );
    const together = await run({ "a.yaml": usesSecret, "b.yaml": secret }, ["--cluster", "."]);
    assert.equal(together.code, 0, together.out);
  });

  it("has the server try, where it is asked to, and keeps nothing", async () => {
    const wrong = job("          imagePullPolicy: Sometimes\n");
    const level = [
      "--level",
      "KUB003=off",
      "--level",
      "KUB004=off",
      "--level",
      "KUB005=off",
      "--level",
      "KUB002=off",
    ];
    const looked = await run({ "a.yaml": wrong }, [...level, "--cluster", "a.yaml"]);
    assert.doesNotMatch(looked.out, /CLU001/);
    const tried = await run({ "a.yaml": wrong }, [...level, "--dry-run", "server", "a.yaml"]);
    assert.equal(tried.code, 1);
    assert.match(tried.out, /a\.yaml:21:28 error CLU001\n {2}Unsupported value: "Sometimes"/);
    assert.equal(await cluster.kubectl("-n", NAMESPACE, "get", "jobs", "-o=name"), "");
  });

  it("takes a namespace that another file brings for no fault", async () => {
    const inside = job("").replace(`namespace: ${NAMESPACE}`, "namespace: yet-to-come");
    const namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: yet-to-come\n";
    const lost = await run({ "a.yaml": inside }, ["--dry-run", "server", "."]);
    assert.match(lost.out, /error CLU001\n {2}The cluster has no namespace yet-to-come/);
    const brought = await run({ "a.yaml": inside, "b.yaml": namespace }, ["--dry-run", "server", "."]);
    assert.equal(brought.code, 0, brought.out);
    assert.match(brought.error, /a\.yaml: Job train can be tried only once its namespace is there\./);
  });

  it("knows the kinds that the cluster has, and its version", async () => {
    const kinds = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "gadgets.slipway.test" },
      spec: {
        group: "slipway.test",
        scope: "Namespaced",
        names: { kind: "Gadget", plural: "gadgets" },
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: "object",
                properties: { spec: { type: "object", properties: { size: { type: "integer" } } } },
              },
            },
          },
        ],
      },
    };
    const gadget = "apiVersion: slipway.test/v1\nkind: Gadget\nmetadata: {name: a}\nspec: {colour: red}\n";
    await cluster.apply(kinds);
    try {
      await cluster.kubectl(
        "wait",
        "--for=condition=Established",
        "crd/gadgets.slipway.test",
        "--timeout=30s",
      );
      const alone = await run({ "a.yaml": gadget }, ["a.yaml"]);
      assert.equal(alone.code, 0, alone.out);
      // The description of a new kind is there a moment after it.
      let out = "";
      for (let attempt = 0; attempt < 100 && !out.includes("colour"); attempt++)
        ({ out } = await run({ "a.yaml": gadget }, ["--cluster", "a.yaml"]));
      assert.match(out, /a\.yaml:4:8 error KUB001\n.*colour/);
    } finally {
      await cluster.kubectl("delete", "crd", "gadgets.slipway.test");
    }
  });

  it("reads standard input", async () => {
    const { out } = await run({}, ["--context", cluster.context, "-"], { input: usesSecret });
    assert.match(out, /stdin\.yaml:23:23 warning CLU007/);
  });

  it("ends with 2 and a sentence where the cluster can't be asked", async () => {
    const nowhere = await cluster.kubeconfigVia("https://127.0.0.1:1");
    const away = await run({ "a.yaml": usesSecret }, ["--cluster", "."], { kubeconfig: nowhere });
    assert.equal(away.code, 2);
    assert.match(away.error, /^slipway: Can't reach https:\/\/127\.0\.0\.1:1/m);
    const unknown = await run({ "a.yaml": usesSecret }, ["--context", "lost", "."]);
    assert.equal(unknown.code, 2);
    assert.match(unknown.error, /The kubeconfig has no context lost; it has slipway-test\./);
    const odd = await run({ "a.yaml": usesSecret }, ["--dry-run", "client", "."]);
    assert.equal(odd.code, 2);
    assert.match(odd.error, /--dry-run takes server or none, not "client"\./);
  });

  it("says on standard error what may not be seen", async () => {
    const kubeconfig = cluster.restrictedKubeconfigPath;
    const { code, out, error } = await run({ "a.yaml": usesSecret }, ["--cluster", "."], { kubeconfig });
    assert.equal(code, 0, out);
    assert.match(
      error,
      /Objects of kind Secret of namespace command-line may not be seen, so nothing is said/,
    );
  });
});
