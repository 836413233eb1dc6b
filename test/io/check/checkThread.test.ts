// The check in its worker thread, with real worker threads.
import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, it } from "mocha";
import { CheckThread } from "../../../src/io/check/checkThread.ts";

const schemasPath = fileURLToPath(new URL("../../../data/kubernetes.schemas", import.meta.url));
const worker = fileURLToPath(new URL("../../../src/io/check/worker.ts", import.meta.url));

const pod = (gpus: string) => `apiVersion: v1
kind: Pod
metadata: {name: pod}
spec:
  containers:
    - name: a
      image: x
      resources: {limits: {nvidia.com/gpu: ${gpus}}}
`;

describe("CheckThread", () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  function thread(script: string, timeoutMs?: number, memoryMiB?: number): CheckThread {
    const made = new CheckThread(script, { schemasPath }, timeoutMs, memoryMiB);
    ends.push(() => made.dispose());
    return made;
  }

  function scripted(source: string): string {
    const folder = mkdtempSync(join(tmpdir(), "slipway-worker-"));
    ends.push(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "worker.cjs");
    writeFileSync(path, `const { parentPort } = require("node:worker_threads");\n${source}`);
    return path;
  }

  it("answers with the findings of the file, again and again", async () => {
    const checker = thread(worker);
    const bad = await checker.check({ path: "/a.yaml", text: pod("0.5"), levels: {} });
    assert.deepEqual(
      bad.map((finding) => finding.rule),
      ["GPU003"],
    );
    assert.deepEqual(await checker.check({ path: "/a.yaml", text: pod("1"), levels: {} }), []);
  });

  it("gives the edits that repair what would be refused, or all of a rule", async () => {
    const checker = thread(worker);
    const unlimited = pod("1").replace("limits", "requests");
    const asked = { path: "/a.yaml", text: `${pod("1")}---\n${unlimited}`, levels: {} };
    const [checked, edits] = await Promise.all([
      checker.check(asked),
      checker.fix({ ...asked, fix: { rule: "GPU001" } }),
    ]);
    assert.deepEqual(
      checked.map(({ rule }) => rule),
      ["GPU001"],
    );
    assert.deepEqual(
      edits.map(({ range, text }) => [range.start.line, text]),
      [[16, "      resources: {requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 1}}\n"]],
    );
    assert.deepEqual(await checker.fix({ ...asked, fix: { rule: "GPU002" } }), []);
  });

  it("checks beside the schema of the version that is asked for", async () => {
    const checker = thread(worker);
    const ask = async (text: string, kubernetesVersion?: string) =>
      (await checker.check({ path: "/a.yaml", text, levels: {}, kubernetesVersion })).map(
        ({ rule, severity }) => `${rule} ${severity}`,
      );
    assert.deepEqual(await ask(pod("1").replace("image", "imag")), ["KUB001 error"]);
    const swap = pod("1").replace("spec:", "spec:\n  resources: {limits: {cpu: 1}}");
    assert.deepEqual(await ask(swap, "1.34"), []);
    assert.deepEqual(await ask(swap, "1.31"), ["KUB001 error"]);
    assert.deepEqual(await ask(swap), []);
  });

  it("leaves alone what a patch of kustomize lacks", async () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-kustomize-"));
    ends.push(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "more-memory.yaml");
    const text =
      "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec: {minReplicas: 2}\n";
    const checker = thread(worker);
    const rules = async () => (await checker.check({ path, text, levels: {} })).map(({ rule }) => rule);
    assert.deepEqual(await rules(), ["KUB003", "KUB003"]);
    writeFileSync(join(folder, "kustomization.yaml"), "patches:\n  - path: ./more-memory.yaml\n");
    assert.deepEqual(await rules(), []);
  });

  it("heeds the levels", async () => {
    const levels = { GPU003: "off" } as const;
    assert.deepEqual(await thread(worker).check({ path: "/a.yaml", text: pod("0.5"), levels }), []);
  });

  it("heeds the level of Pod Security, and takes what is none for none", async () => {
    const request = { path: "/a.yaml", text: pod("1"), levels: {} };
    const checker = thread(worker);
    const rulesOf = async (podSecurity: string) =>
      (await checker.check({ ...request, podSecurity })).map((finding) => finding.rule);
    assert.deepEqual(await rulesOf("restricted:v1.7"), ["PSA013"]);
    assert.deepEqual(await rulesOf("off"), []);
    assert.deepEqual(await rulesOf("nonsense"), []);
  });

  it("checks only the newest text of a path that changes while it waits", async () => {
    const seen = scripted(`
      const texts = [];
      parentPort.on("message", ({ text }) => {
        texts.push(text);
        parentPort.postMessage({ findings: texts.map((message) => ({ message })) });
      });`);
    const checker = thread(seen);
    const answers = await Promise.all(
      ["1", "2", "3", "4"].map((text) => checker.check({ path: "/a.yaml", text, levels: {} })),
    );
    assert.deepEqual(
      answers.map((findings) => findings.map((finding) => finding.message).join()),
      ["1", "1,4", "1,4", "1,4"],
    );
  });

  it("gives up a check that never ends, says so, and goes on with the next file", async () => {
    const stuck = scripted(`
      parentPort.on("message", ({ text }) => {
        while (text === "stuck");
        parentPort.postMessage({ findings: [] });
      });`);
    const checker = thread(stuck, 1_500);
    const first = checker.check({ path: "/a.yaml", text: "stuck", levels: {} });
    const second = checker.check({ path: "/b.yaml", text: "fine", levels: {} });
    const [finding, ...more] = await first;
    assert.match(finding?.message ?? "", /not checked: that took longer than 1\.5 seconds\. Split it/);
    assert.deepEqual(finding?.range.start, { line: 0, column: 0 });
    assert.deepEqual(more, []);
    assert.deepEqual(await second, []);
  });

  it("says so when a check needs too much memory, and lives on", async function () {
    this.timeout(20_000);
    const hungry = scripted(`
      parentPort.on("message", ({ text }) => {
        const all = [];
        while (text === "hungry") all.push(new Array(1e6).fill(all.length));
        parentPort.postMessage({ findings: [] });
      });`);
    const checker = thread(hungry, undefined, 32);
    const [finding] = await checker.check({ path: "/a.yaml", text: "hungry", levels: {} });
    assert.match(finding?.message ?? "", /too much memory/);
    assert.deepEqual(await checker.check({ path: "/a.yaml", text: "fine", levels: {} }), []);
  });

  it("rejects when the worker breaks, and starts a new one", async () => {
    const broken = scripted(`
      parentPort.on("message", ({ text }) => {
        if (text === "throw") throw new Error("broken on purpose");
        if (text === "exit") process.exit(3);
        parentPort.postMessage({ findings: [] });
      });`);
    const checker = thread(broken);
    const ask = (text: string) => checker.check({ path: "/a.yaml", text, levels: {} });
    await assert.rejects(ask("throw"), /broken on purpose/);
    await assert.rejects(ask("exit"), /ended by itself/);
    assert.deepEqual(await ask("fine"), []);
  });

  it("answers what is open when it is disposed", async () => {
    const silent = scripted(`parentPort.on("message", () => {});`);
    const checker = new CheckThread(silent);
    const open = [
      checker.check({ path: "/a.yaml", text: "", levels: {} }),
      checker.check({ path: "/b.yaml", text: "", levels: {} }),
    ];
    await checker.dispose();
    assert.deepEqual(await Promise.all(open), [[], []]);
    assert.deepEqual(await checker.check({ path: "/c.yaml", text: "", levels: {} }), []);
  });

  describe("with a workspace", () => {
    const service = (app: string) =>
      `apiVersion: v1\nkind: Service\nmetadata: {name: llm}\nspec: {selector: {app: ${app}}, ports: [{port: 80}]}\n`;
    const deployment = (app: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: llm}\nspec: {selector: {matchLabels: {app: ${app}}}, template: {metadata: {labels: {app: ${app}}}, spec: {containers: [{name: a, image: "x:1"}]}}}\n`;

    function folder(files: Record<string, string>): string {
      const made = realpathSync(mkdtempSync(join(tmpdir(), "slipway-thread-")));
      ends.push(() => rmSync(made, { recursive: true }));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(made, name), text);
      return made;
    }
    const changed = (checker: CheckThread) =>
      new Promise<string | undefined>((resolve) => {
        const listener = checker.othersChanged((by) => {
          listener.dispose();
          resolve(by);
        });
      });

    it("knows other files, says when they change, and believes what is typed in them", async function () {
      this.timeout(20_000);
      const top = folder({ "deployment.yaml": deployment("llm") });
      const [own, other] = [join(top, "service.yaml"), join(top, "deployment.yaml")];
      const checker = thread(worker);
      const ask = async (path: string, text: string) =>
        (await checker.check({ path, text, levels: {}, top, isFile: true })).map(({ rule }) => rule);
      const known = changed(checker);
      assert.deepEqual(await ask(own, service("lllm")), [], "the others are not read yet");
      assert.equal(await known, undefined);
      assert.deepEqual(await ask(own, service("lllm")), ["LNT001"]);
      assert.deepEqual(await ask(own, service("llm")), []);
      // Typed, not saved.
      const typed = changed(checker);
      await ask(other, deployment("lllm"));
      assert.equal(await typed, other);
      assert.deepEqual(await ask(own, service("llm")), ["LNT001"]);
      const closed = changed(checker);
      checker.closed(other);
      await closed;
      assert.deepEqual(await ask(own, service("llm")), []);
      const gone = changed(checker);
      rmSync(other);
      checker.changed([other]);
      await gone;
      assert.deepEqual(await ask(own, service("lllm")), []);
    });

    it("takes what is not saved anywhere for no file of the workspace", async function () {
      this.timeout(20_000);
      const top = folder({ "service.yaml": service("llm") });
      const checker = thread(worker);
      const known = changed(checker);
      const ask = async (path: string, text: string, isFile: boolean) =>
        (await checker.check({ path: join(top, path), text, levels: {}, top, isFile })).map(
          ({ rule }) => rule,
        );
      await ask("service.yaml", service("lllm"), true);
      await known;
      await ask("Untitled-1.yaml", deployment("llm"), false);
      assert.deepEqual(await ask("service.yaml", service("lllm"), true), []);
    });

    it("goes on without a file that can't be read to its end", async () => {
      const stuck = scripted(`
        const { workerData } = require("node:worker_threads");
        parentPort.on("message", () => {
          if (workerData.skipped.includes("/bad.yaml")) return parentPort.postMessage({ findings: [] });
          parentPort.postMessage({ notice: "reading", path: "/bad.yaml" });
          while (true);
        });`);
      const checker = thread(stuck, 1_000);
      assert.deepEqual(await checker.check({ path: "/a.yaml", text: "", levels: {} }), []);
    });
  });
});
