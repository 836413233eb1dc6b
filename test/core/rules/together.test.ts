// The general rules over several objects: Services and pods, budgets, references, autoscalers.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { fixed, only, othersOf, said } from "./found.ts";
import { service, type Workload, workload } from "./workloads.ts";

describe("LNT001", () => {
  const select = (labels: string, name = "a") => service(`selector: {${labels}}, ports: [{port: 80}]`, name);

  it("says which label is another one", () => {
    const found = said("LNT001", workload() + select("app: b"));
    assert.match(found.join(), /^warning The pods of Deployment a have app: a, not app: b/);
    assert.deepEqual(only("LNT001", workload() + select("app: b")), ["b"]);
    assert.deepEqual(only("LNT001", workload() + select("app: a, tier: x")), ["tier"]);
  });

  it("speaks softly of a Service with another name, if it is near or they are alone", () => {
    assert.match(said("LNT001", workload() + select("run: a", "other")).join(), /^information/);
    const two =
      workload({ name: "one", labels: "app: frontend" }) + workload({ name: "two", labels: "app: backend" });
    assert.match(said("LNT001", two + select("app: frontends", "s")).join(), /^information/);
    assert.deepEqual(only("LNT001", two + select("app: database", "s")), []);
  });

  it("says nothing where pods may come from elsewhere", () => {
    assert.deepEqual(only("LNT001", select("app: b")), []);
    assert.deepEqual(only("LNT001", workload() + service("ports: [{port: 80}]")), []);
    assert.deepEqual(only("LNT001", workload() + service("type: ExternalName, selector: {app: b}")), []);
    for (const key of [
      "ray.io/cluster",
      "leaderworkerset.sigs.k8s.io/name",
      "statefulset.kubernetes.io/pod-name",
      "job-name",
    ])
      assert.deepEqual(only("LNT001", workload() + select(`${key}: a`)), [], key);
    assert.equal(only("LNT001", workload() + select("app.kubernetes.io/name: a")).length, 1);
    const operator = "apiVersion: example.com/v1\nkind: Database\nmetadata: {name: a}\n---\n";
    assert.deepEqual(only("LNT001", workload() + operator + select("app: b")), []);
  });

  it("knows the labels that controllers add with the name", () => {
    const job =
      "apiVersion: kubeflow.org/v1\nkind: PyTorchJob\nmetadata: {name: j}\nspec: {pytorchReplicaSpecs: {Master: {template: {spec: {containers: []}}}}}\n---\n";
    assert.deepEqual(only("LNT001", job + select("training.kubeflow.org/job-name: j")), []);
  });

  it("knows the workspace", () => {
    const rule = rules.filter((known) => known.id === "LNT001");
    const run = (text: string, other: string) =>
      check({
        path: "a.yaml",
        text,
        settings: { levels: {} },
        rules: rule,
        others: othersOf(other),
      }).length;
    const text = service("selector: {app: a}", "s", "ml");
    assert.equal(run(text, workload({ namespace: "ml" })), 0);
    assert.equal(run(text, workload({ namespace: "ml", labels: "app: b" })), 0, "another one on purpose");
    const near = service("selector: {app: server}", "s", "ml");
    assert.equal(run(near, workload({ namespace: "ml", labels: "app: servers" })), 1);
    assert.equal(run(text, workload({ namespace: "other", labels: "app: b" })), 0);
    assert.equal(run(service("selector: {app: a}", "s"), workload({ labels: "app: b" })), 0);
  });
});

describe("LNT003", () => {
  const named = workload({ container: "ports: [{name: http, containerPort: 8000}, {containerPort: 9000}]" });
  const to = (ports: string) => service(`selector: {app: a}, ports: [${ports}]`);
  it("knows names, and numbers only where they are plain", () => {
    assert.deepEqual(only("LNT003", named + to("{port: 80, targetPort: http}")), []);
    assert.deepEqual(only("LNT003", named + to("{port: 80, targetPort: htpp}")), ["htpp"]);
    assert.deepEqual(only("LNT003", named + to("{port: 80, targetPort: 7000}")), []);
    const one = workload({ container: "ports: [{containerPort: 8000}]" });
    assert.deepEqual(only("LNT003", one + to("{port: 80}")), ["80"]);
    assert.deepEqual(only("LNT003", one + to("{port: 80, targetPort: 8000}")), []);
    assert.deepEqual(only("LNT003", one + to("{name: a, port: 80}, {name: b, port: 81}")), []);
    assert.deepEqual(only("LNT003", workload() + to("{port: 80}")), []);
    assert.deepEqual(only("LNT003", to("{port: 80, targetPort: http}")), []);
  });

  it("finds the port of a sidecar, and says nothing of pods that an operator makes", () => {
    const sidecar = workload({
      pod: "initContainers: [{name: s, image: y, restartPolicy: Always, ports: [{name: side, containerPort: 1}]}]",
    });
    assert.deepEqual(only("LNT003", sidecar + to("{port: 80, targetPort: side}")), []);
    const ray =
      "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: r}\nspec: {headGroupSpec: {template: {metadata: {labels: {app: a}}, spec: {containers: [{name: h, image: x:1}]}}}}\n---\n";
    assert.deepEqual(only("LNT003", ray + to("{port: 80, targetPort: dashboard}")), []);
  });
});

describe("LNT009", () => {
  const budget = (spec: string) =>
    `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {selector: {matchLabels: {app: a}}, ${spec}}\n---\n`;
  it("compares with the pods of the file", () => {
    for (const spec of ["maxUnavailable: 0", "maxUnavailable: 0%", "minAvailable: 100%"])
      assert.equal(only("LNT009", budget(spec)).length, 1, spec);
    for (const spec of ["maxUnavailable: 1", "minAvailable: 50%", "minAvailable: 3"])
      assert.deepEqual(only("LNT009", budget(spec)), [], spec);
    assert.deepEqual(only("LNT009", budget("minAvailable: 2") + workload({ spec: "replicas: 2" })), ["2"]);
    assert.match(said("LNT009", budget("minAvailable: 1") + workload()).join(), /there is 1 pod:/);
    assert.deepEqual(only("LNT009", budget("minAvailable: 2") + workload({ spec: "replicas: 3" })), []);
    assert.deepEqual(only("LNT009", budget("minAvailable: 2") + workload({ labels: "app: b" })), []);
  });

  it("leaves the number to an autoscaler, and to kinds that it can't count", () => {
    const hpa =
      "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}, maxReplicas: 5}\n---\n";
    assert.deepEqual(only("LNT009", budget("minAvailable: 2") + workload() + hpa), []);
    assert.deepEqual(only("LNT009", budget("minAvailable: 2") + workload({ kind: "DaemonSet" })), []);
  });
});

describe("LNT010", () => {
  const map = (kind: string, name: string, namespace = "") =>
    `apiVersion: v1\nkind: ${kind}\nmetadata: {name: ${name}${namespace && `, namespace: ${namespace}`}}\n---\n`;
  const uses: [string, string, Workload][] = [
    ["ConfigMap", "envFrom", { container: "envFrom: [{configMapRef: {name: setting}}]" }],
    [
      "ConfigMap",
      "env",
      { container: "env: [{name: A, valueFrom: {configMapKeyRef: {name: setting, key: k}}}]" },
    ],
    ["ConfigMap", "volume", { pod: "volumes: [{name: v, configMap: {name: setting}}]" }],
    ["Secret", "env", { container: "env: [{name: A, valueFrom: {secretKeyRef: {name: setting, key: k}}}]" }],
    ["Secret", "volume", { pod: "volumes: [{name: v, secret: {secretName: setting}}]" }],
    [
      "PersistentVolumeClaim",
      "volume",
      { pod: "volumes: [{name: v, persistentVolumeClaim: {claimName: setting}}]" },
    ],
    ["ServiceAccount", "pod", { pod: "serviceAccountName: setting" }],
  ];
  for (const [kind, where, using] of uses)
    it(`finds the name of a ${kind} that is nearly one of the file (${where})`, () => {
      assert.deepEqual(only("LNT010", map(kind, "settings") + workload(using)), ["setting"]);
      assert.deepEqual(only("LNT010", map(kind, "setting") + workload(using)), []);
      assert.deepEqual(only("LNT010", map(kind, "quite-another") + workload(using)), []);
      assert.deepEqual(only("LNT010", workload(using)), []);
    });

  it("says nothing of what need not be there", () => {
    const optional = workload({ container: "envFrom: [{configMapRef: {name: setting, optional: true}}]" });
    assert.deepEqual(only("LNT010", map("ConfigMap", "settings") + optional), []);
    assert.deepEqual(
      only("LNT010", map("ServiceAccount", "defaults") + workload({ pod: "serviceAccountName: default" })),
      [],
    );
    const other =
      map("ConfigMap", "settings", "one") +
      workload({ namespace: "two", container: "envFrom: [{configMapRef: {name: setting}}]" });
    assert.deepEqual(only("LNT010", other), []);
  });

  it("tells of accounts and claims that a described namespace does not have", () => {
    const rule = rules.filter((known) => known.id === "LNT010");
    const run = (text: string, other: string) =>
      check({
        path: "a.yaml",
        text,
        settings: { levels: {} },
        rules: rule,
        others: othersOf(other),
      }).map(({ message }) => message);
    const account = workload({ namespace: "ml", pod: "serviceAccountName: trainer" });
    assert.match(
      run(account, map("ServiceAccount", "x", "ml")).join(),
      /no ServiceAccount "trainer" in this workspace/,
    );
    assert.deepEqual(run(account, map("ServiceAccount", "trainer", "ml")), []);
    assert.deepEqual(run(account, map("ServiceAccount", "x", "other")), []);
    assert.deepEqual(run(account, map("ConfigMap", "x", "ml")), []);
    const secret = workload({ namespace: "ml", pod: "volumes: [{name: v, secret: {secretName: token}}]" });
    assert.deepEqual(run(secret, map("Secret", "x", "ml")), []);
  });
});

describe("LNT011 and LNT012", () => {
  const hpa = (name: string, kind = "Deployment") =>
    `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: ${kind}, name: ${name}}, maxReplicas: 5}\n---\n`;
  const ingress = (name: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: ${name}, port: {number: 80}}}}]}}]}\n---\n`;

  it("find names that are nearly those of the file", () => {
    const server = workload({ name: "server" });
    assert.deepEqual(only("LNT011", server + hpa("servers")), ["servers"]);
    for (const target of [hpa("server"), hpa("elsewhere"), hpa("servers", "StatefulSet")])
      assert.deepEqual(only("LNT011", server + target), []);
    assert.deepEqual(only("LNT011", service("ports: []", "server") + ingress("servr")), ["servr"]);
    assert.deepEqual(only("LNT011", service("ports: []", "server") + ingress("other")), []);
    assert.deepEqual(
      only(
        "LNT011",
        service("ports: []", "server") + workload({ kind: "StatefulSet", spec: "serviceName: serverr" }),
      ),
      ["serverr"],
    );
  });

  it("leave replicas to the autoscaler", () => {
    const text = workload({ spec: "replicas: 3" }) + hpa("a");
    assert.deepEqual(only("LNT012", text), ["replicas"]);
    assert.deepEqual(only("LNT012", fixed("LNT012", text)[0] ?? ""), []);
    assert.deepEqual(only("LNT012", workload() + hpa("a")), []);
    assert.deepEqual(only("LNT012", workload({ spec: "replicas: 3" }) + hpa("b")), []);
    const keda =
      "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: k}\nspec: {scaleTargetRef: {name: a}}\n";
    assert.deepEqual(only("LNT012", workload({ spec: "replicas: 3" }) + keda), ["replicas"]);
  });
});
