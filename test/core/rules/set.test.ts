// The engine's part in rules that look at several objects, in profiles, and in what other linters call a check.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type CheckCache, type CheckInput, check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import type { PodRule, RuleFacts, SetRule } from "../../../src/core/rules/rule.ts";
import { othersOf, pod } from "./found.ts";
import { cpuMs } from "../../support/cpuTime.ts";

const facts: Omit<RuleFacts, "id"> = {
  title: "A Service needs pods",
  severity: "warning",
  why: "",
  source: "",
  good: "",
  bad: "",
};

/** Finds each Service, at its name, that has no pods with the label `app` of that name. */
const services: SetRule = {
  ...facts,
  id: "SET001",
  appliesTo: "set",
  *check({ object }, set) {
    const name = object.name ?? "";
    if (
      object.kind !== "Service" ||
      set.picked({ equal: { app: name }, expressions: [] }, object.namespace).length > 0
    )
      return;
    const at = { start: object.root.start, end: object.root.start + 1 };
    yield { at, message: `No pods for ${name}, among ${set.own.length} objects.` };
  },
};

const service = (name: string, namespace = "") =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}${namespace && `, namespace: ${namespace}`}}\n`;
const labelled = (app: string, namespace = "") =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: ${app}}${namespace && `, namespace: ${namespace}`}}\nspec: {containers: []}\n`;

const run = (text: string, more: Partial<CheckInput> = {}) =>
  check({ path: "a.yaml", text, settings: { levels: {} }, rules: [services], ...more }).map(
    (finding) => `${finding.range.start.line} ${finding.message}`,
  );

describe("rules over several objects", () => {
  it("see all objects of the file, and point into the right document", () => {
    const text = `${service("a")}---\n${labelled("b")}---\n${service("b")}---\n${service("c")}`;
    assert.deepEqual(run(text), ["0 No pods for a, among 4 objects.", "13 No pods for c, among 4 objects."]);
  });

  it("see the items of a List", () => {
    const item = (text: string) => text.trim().replace(/^/gm, "    ").replace("    ", "  - ");
    const text = `apiVersion: v1\nkind: List\nitems:\n${item(service("a"))}\n${item(labelled("a"))}\n`;
    assert.deepEqual(run(text), []);
    assert.equal(run(text.replace("app: a", "app: b")).length, 1);
  });

  it("keep namespaces apart, where both are written", () => {
    assert.deepEqual(run(`${service("a", "one")}---\n${labelled("a", "one")}`), []);
    assert.deepEqual(run(`${service("a", "one")}---\n${labelled("a")}`), []);
    assert.equal(run(`${service("a", "one")}---\n${labelled("a", "two")}`).length, 1);
  });

  it("know what a caller says of other files", () => {
    const others = othersOf(`${labelled("a")}---\n${labelled("b")}`);
    assert.equal(others.objects, 2);
    assert.deepEqual(run(service("a"), { others }), []);
    assert.equal(run(service("c"), { others }).length, 1);
  });

  it("say nothing where a part of the file is not known", () => {
    assert.deepEqual(run(`${service("a")}---\napiVersion: v1\nkind: Pod\nx: {{ .Values.x }}\n`), []);
    const broken = run(`${service("a")}---\napiVersion: v1\nkind: [\n`);
    assert.ok(broken.every((message) => !message.includes("No pods")));
  });

  it("take what they know of a document from the cache, and find the same", () => {
    const cache: CheckCache = { slices: new Map() };
    const first = `${service("a")}---\n${labelled("a")}---\n${service("b")}`;
    assert.deepEqual(run(first, { cache }), run(first));
    const kept = cache.slices;
    const second = `${service("a")}---\n${labelled("b")}---\n${service("b")}`;
    assert.deepEqual(run(second, { cache }), ["0 No pods for a, among 3 objects."]);
    const before = kept.get(service("a"))?.objects?.[0];
    assert.ok(before);
    assert.equal(cache.slices.get(service("a"))?.objects?.[0], before);
  });

  it("find each of two documents that are the same", () => {
    assert.equal(run(`${service("a")}---\n${service("a")}`).length, 2);
  });

  it("end in time on thousands of objects that do not fit", function () {
    this.timeout(20_000);
    const text = Array.from({ length: 800 }, (_, index) =>
      [
        service(`s${index}`).replace(
          "metadata:",
          `spec: {selector: {app: x${index}}, ports: [{port: 80}]}\nmetadata:`,
        ),
        `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d${index}}\nspec: {replicas: 2, selector: {matchLabels: {app: d${index}}}, template: {metadata: {labels: {app: d${index}}}, spec: {serviceAccountName: a${index}, containers: [{name: a, image: x, envFrom: [{configMapRef: {name: m${index}}}]}]}}}\n`,
        `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h${index}}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: e${index}}}\n`,
        `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: p${index}}\nspec: {minAvailable: 1, selector: {matchLabels: {app: q${index}}}}\n`,
        `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: n${index}}\nspec: {podSelector: {matchLabels: {app: n${index}}}}\n`,
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${index}}\n`,
      ].join("---\n"),
    ).join("---\n");
    const started = cpuMs();
    const every = rules.filter((rule) => rule.appliesTo === "set");
    const parsing = check({ path: "a.yaml", text, settings: { levels: {} }, rules: [] });
    const parsed = cpuMs();
    check({ path: "a.yaml", text, settings: { levels: {}, profile: "strict" }, rules: every });
    const ended = cpuMs();
    assert.deepEqual(parsing, []);
    assert.ok(
      ended - parsed < 1_000 + 4 * (parsed - started),
      `${ended - parsed} ms beside ${parsed - started} ms`,
    );
  });
});

describe("profiles", () => {
  const strict: PodRule = {
    ...facts,
    id: "STR001",
    aliases: ["some-check"],
    profile: "strict",
    appliesTo: "pod",
    *check({ containers: [container] }) {
      if (container) yield { at: container.node, message: "Strictly speaking." };
    },
  };
  const text = pod("image: x");
  const count = (settings: CheckInput["settings"], cache?: CheckCache, changed = text) =>
    check({ path: "a.yaml", text: changed, settings, rules: [strict], ...(cache ? { cache } : {}) }).length;

  it("run a strict rule only when asked", () => {
    assert.equal(count({ levels: {} }), 0);
    assert.equal(count({ levels: {}, profile: "recommended" }), 0);
    assert.equal(count({ levels: {}, profile: "strict" }), 1);
    assert.equal(count({ levels: { STR001: "information" } }), 1);
    assert.equal(count({ levels: { STR001: "off" }, profile: "strict" }), 0);
  });

  it("forget what was found in another profile", () => {
    const cache: CheckCache = { slices: new Map() };
    assert.equal(count({ levels: {} }, cache), 0);
    assert.equal(count({ levels: {}, profile: "strict" }, cache), 1);
    assert.equal(count({ levels: {} }, cache), 0);
  });

  it("let a comment use the name of another linter", () => {
    const settings = { levels: {}, profile: "strict" } as const;
    const ignoring = (comment: string) =>
      text.replace("    - name: main", `    ${comment}\n    - name: main`);
    assert.equal(count(settings, undefined, ignoring("# slipway-ignore some-check: known")), 0);
    assert.equal(count(settings, undefined, ignoring("# slipway-ignore GPU001, some-check: known")), 0);
    assert.equal(count(settings, undefined, ignoring("# slipway-ignore STR001: known")), 0);
    assert.equal(count(settings, undefined, ignoring("# slipway-ignore other-check: known")), 1);
    assert.equal(count(settings, undefined, `# slipway-ignore-file some-check: known\n${text}`), 0);
  });
});
