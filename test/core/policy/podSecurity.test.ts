// The controls of Pod Security: the version that changed each, and what YAML and the labels may look like.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { objectNodes } from "../../../src/core/kube/objectNodes.ts";
import { controls } from "../../../src/core/policy/podSecurity/controls.ts";
import { evaluate, variantOf } from "../../../src/core/policy/podSecurity/evaluate.ts";
import { NEWEST_MINOR, parseLevelVersion, parseVersion } from "../../../src/core/policy/podSecurity/level.ts";
import { namespacePolicy } from "../../../src/core/policy/podSecurity/namespace.ts";
import { readExample } from "../../../src/core/rules/rule.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { parseYaml } from "../../../src/core/syntax/yaml.ts";
import { mutate, randomFrom } from "../rules/mutate.ts";
import { pod } from "../rules/found.ts";
import { reviewOf, reviewsOf } from "./review.ts";

/** SLIPWAY_FUZZ sets another number of mutated pods. */
const RUNS = Number(process.env["SLIPWAY_FUZZ"] ?? 200);

/** Minors at which the control finds something, as `8-24`. */
function finds(id: string, text: string): string {
  const review = reviewOf(text);
  const control = controls.find((known) => known.id === id);
  assert.ok(control, id);
  const minors = Array.from({ length: NEWEST_MINOR + 1 }, (_, minor) => minor).filter(
    (minor) => Array.from(variantOf(control, minor)?.check(review) ?? []).length > 0,
  );
  const runs: string[] = [];
  for (const minor of minors) {
    const before = runs.at(-1)?.split("-") ?? [];
    if (Number(before[1]) === minor - 1) runs[runs.length - 1] = `${before[0]}-${minor}`;
    else runs.push(`${minor}-${minor}`);
  }
  return runs.join(" ");
}

const security = (lines: string) => pod("image: x", `securityContext: ${lines}`);
const container = (lines: string, spec = "") => pod(`image: x\nsecurityContext: ${lines}`, spec);
const windows = "os: {name: windows}";
const inside = "hostUsers: false";

describe("the controls of Pod Security", () => {
  for (const [id, what, text, versions] of [
    ["allowPrivilegeEscalation", "nothing set", pod("image: x"), "8-37"],
    ["allowPrivilegeEscalation", "nothing set on Windows", pod("image: x", windows), "8-24"],
    ["allowPrivilegeEscalation", "null", container("{allowPrivilegeEscalation: null}"), "8-37"],
    ["allowPrivilegeEscalation", "the `no` of YAML 1.1", container("{allowPrivilegeEscalation: no}"), ""],
    ["appArmorProfile", "Unconfined", security("{appArmorProfile: {type: Unconfined}}"), "0-37"],
    ["appArmorProfile", "no type", container("{appArmorProfile: {}}"), "0-37"],
    ["appArmorProfile", "Localhost", container("{appArmorProfile: {type: Localhost}}"), ""],
    ["capabilities_baseline", "SYS_ADMIN", container("{capabilities: {add: [SYS_ADMIN]}}"), "0-37"],
    ["capabilities_baseline", "CHOWN", container("{capabilities: {add: [CHOWN]}}"), ""],
    ["capabilities_restricted", "nothing set", pod("image: x"), "22-37"],
    ["capabilities_restricted", "nothing set on Windows", pod("image: x", windows), "22-24"],
    ["capabilities_restricted", "CHOWN", container("{capabilities: {drop: [ALL], add: [CHOWN]}}"), "22-37"],
    ["capabilities_restricted", "`all`", container("{capabilities: {drop: [all]}}"), "22-37"],
    ["hostNamespaces", "the `yes` of YAML 1.1", pod("image: x", "hostPID: yes"), "0-37"],
    ["hostNamespaces", "a text", pod("image: x", 'hostPID: "true"'), ""],
    ["hostPathVolumes", "null", pod("image: x", "volumes: [{name: a, hostPath: null}]"), ""],
    ["hostPathVolumes", "an empty map", pod("image: x", "volumes: [{name: a, hostPath: {}}]"), "0-37"],
    ["hostPorts", "0", pod("image: x\nports: [{containerPort: 1, hostPort: 0}]"), ""],
    [
      "hostPorts",
      "a number of base 16",
      pod("image: x\nports: [{containerPort: 1, hostPort: 0x1F90}]"),
      "0-37",
    ],
    [
      "hostProbesAndHostLifecycle",
      "a host",
      pod("image: x\nlifecycle: {preStop: {tcpSocket: {host: a}}}"),
      "34-37",
    ],
    ["hostProbesAndHostLifecycle", "no host", pod('image: x\nlivenessProbe: {httpGet: {host: ""}}'), ""],
    ["privileged", "true", container("{privileged: true}"), "0-37"],
    ["procMount", "Unmasked", container("{procMount: Unmasked}"), "0-37"],
    ["procMount", "Unmasked in a user namespace", container("{procMount: Unmasked}", inside), "0-34"],
    ["procMount_restricted", "Unmasked in one", container("{procMount: Unmasked}", inside), "35-37"],
    ["restrictedVolumes", "nfs", pod("image: x", "volumes: [{name: a, nfs: {}}]"), "0-37"],
    [
      "restrictedVolumes",
      "no source, which the server makes an emptyDir",
      pod("image: x", "volumes: [{name: a}]"),
      "",
    ],
    ["restrictedVolumes", "an image", pod("image: x", "volumes: [{name: a, image: {}}]"), ""],
    ["runAsNonRoot", "nothing set", pod("image: x"), "0-37"],
    ["runAsNonRoot", "nothing set in a user namespace", pod("image: x", inside), "0-34"],
    ["runAsNonRoot", "set by the container alone", container("{runAsNonRoot: true}"), ""],
    ["runAsUser", "0", security("{runAsUser: 0}"), "23-37"],
    ["runAsUser", "0 of base 8", container("{runAsUser: 0o0}"), "23-37"],
    ["runAsUser", "0 in a user namespace", container("{runAsUser: 0}", inside), "23-34"],
    ["seLinuxOptions", "a type", security("{seLinuxOptions: {type: spc_t}}"), "0-37"],
    [
      "seLinuxOptions",
      "the type of engines",
      container("{seLinuxOptions: {type: container_engine_t}}"),
      "0-30",
    ],
    ["seLinuxOptions", "a user", container("{seLinuxOptions: {user: a}}"), "0-37"],
    ["seccompProfile_baseline", "Unconfined", security("{seccompProfile: {type: Unconfined}}"), "19-37"],
    ["seccompProfile_restricted", "nothing set", pod("image: x"), "19-37"],
    ["seccompProfile_restricted", "nothing set on Windows", pod("image: x", windows), "19-24"],
    [
      "sysctls",
      "the settings of 1.27",
      security("{sysctls: [{name: net.ipv4.ip_local_reserved_ports}]}"),
      "0-26",
    ],
    ["sysctls", "the settings of 1.29", security("{sysctls: [{name: net.ipv4.tcp_fin_timeout}]}"), "0-28"],
    ["sysctls", "the settings of 1.32", security("{sysctls: [{name: net.ipv4.tcp_wmem}]}"), "0-31"],
    ["sysctls", "the settings of 1.37", security("{sysctls: [{name: net.ipv4.tcp_notsent_lowat}]}"), "0-36"],
    ["windowsHostProcess", "true", container("{windowsOptions: {hostProcess: true}}"), "0-37"],
  ] as const) {
    it(`${id} finds ${what} at ${versions === "" ? "no version" : `1.${versions.replace("-", " to 1.")}`}`, () => {
      assert.equal(finds(id, text), versions);
    });
  }

  it("read annotations where a version has no field for it", () => {
    const annotated = (key: string, value: string) =>
      pod("image: x").replace("{name: pod}", `{name: pod, annotations: {${key}: ${value}}}`);
    const seccomp = "seccomp.security.alpha.kubernetes.io";
    assert.equal(finds("seccompProfile_baseline", annotated(`${seccomp}/pod`, "unconfined")), "0-18");
    assert.equal(
      finds("seccompProfile_baseline", annotated(`container.${seccomp}/main`, "unconfined")),
      "0-18",
    );
    assert.equal(finds("seccompProfile_baseline", annotated(`container.${seccomp}/other`, "unconfined")), "");
    const appArmor = "container.apparmor.security.beta.kubernetes.io/any";
    assert.equal(finds("appArmorProfile", annotated(appArmor, "unconfined")), "0-37");
    assert.equal(finds("appArmorProfile", annotated(appArmor, "localhost/mine")), "");
  });

  it("look at ephemeral containers too", () => {
    const text = pod("image: x", "ephemeralContainers: [{name: e, securityContext: {privileged: true}}]");
    assert.equal(finds("privileged", text), "0-37");
  });

  it("never throw, whatever a pod looks like", function () {
    this.timeout(0);
    const seeds = rules
      .filter((rule) => rule.appliesTo === "podSecurity")
      .map((rule) => readExample(rule.bad).text.replace(/^[\s\S]*\n---\n/, ""));
    for (let seed = 1; seed <= RUNS * 5; seed++) {
      const random = randomFrom(seed);
      const text = mutate(seeds[random(seeds.length)] ?? "", random);
      for (const review of reviewsOf(text)) {
        for (const level of ["baseline", "restricted"] as const) {
          for (const version of [0, 18, 24, 34, "latest"] as const) {
            for (const { at, message } of evaluate(review, { level, version }, controls)) {
              assert.ok(at.start >= 0 && at.start <= at.end && at.end <= text.length, `seed ${seed}`);
              assert.match(message, /^[^\n]+\.$/, `seed ${seed}`);
            }
          }
        }
      }
    }
  });
});

describe("levels of Pod Security", () => {
  it("are read as a person writes them", () => {
    assert.deepEqual(parseLevelVersion("restricted"), { level: "restricted", version: "latest" });
    assert.deepEqual(parseLevelVersion("baseline:latest"), { level: "baseline", version: "latest" });
    assert.deepEqual(parseLevelVersion("baseline:v1.30"), { level: "baseline", version: 30 });
    assert.deepEqual(parseLevelVersion("baseline:1.30"), { level: "baseline", version: 30 });
    for (const wrong of [
      "",
      "off",
      "strict",
      "Restricted",
      "baseline:",
      "baseline:1",
      "baseline:v1.30:x",
      "baseline:2.0",
    ])
      assert.equal(parseLevelVersion(wrong), undefined, wrong);
  });

  it("take a version of a label only as the API server does", () => {
    assert.equal(parseVersion("v1.30"), 30);
    for (const wrong of ["1.30", "v1.030", "v1.30.1", "v2.0", "1", ""])
      assert.equal(parseVersion(wrong), undefined);
  });

  const policyOf = (labels: Record<string, string>) => {
    const lines = Object.entries(labels).map(([key, value]) => `pod-security.kubernetes.io/${key}: ${value}`);
    const text = `apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {${lines.join(", ")}}}`;
    const [object] = objectNodes(parseYaml(text)[0]?.root);
    assert.ok(object);
    return namespacePolicy(object.root);
  };

  it("come from the labels of a Namespace, a mode at a time", () => {
    assert.deepEqual(policyOf({ enforce: "baseline", warn: "restricted", "warn-version": "v1.20" }), {
      enforce: { level: "baseline", version: "latest" },
      warn: { level: "restricted", version: 20 },
    });
    assert.deepEqual(policyOf({ audit: "restricted" }), {
      audit: { level: "restricted", version: "latest" },
    });
  });

  it("warn by another version of what is enforced", () => {
    assert.deepEqual(
      policyOf({ enforce: "baseline", "enforce-version": "v1.30", "warn-version": "latest" }),
      {
        enforce: { level: "baseline", version: 30 },
        warn: { level: "baseline", version: "latest" },
      },
    );
  });

  it("are absent where the API server would refuse the label, or where only a version stands", () => {
    assert.deepEqual(policyOf({ enforce: "strict", "audit-version": "v1.30" }), {});
  });
});
