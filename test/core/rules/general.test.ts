// The general rules for Kubernetes on the cases beside their examples: what is meant, and what must stay silent.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { check } from "../../../src/core/rules/check.ts";
import { rules } from "../../../src/core/rules/index.gen.ts";
import { fixed, only, pod, said } from "./found.ts";
import { service, workload } from "./workloads.ts";

describe("LNT002", () => {
  it("wants names where there are several ports, each another one", () => {
    assert.equal(only("LNT002", service("ports: [{name: a, port: 80}, {port: 81}]")).length, 1);
    assert.deepEqual(only("LNT002", service("ports: [{name: a, port: 80}, {name: a, port: 81}]")), ["a"]);
    assert.deepEqual(only("LNT002", service("ports: [{name: a, port: 80}, {name: b, port: 81}]")), []);
    assert.deepEqual(only("LNT002", service("ports: [{port: 80}]")), []);
    const container = (second: string) => pod(`image: x\nports: [{name: a, containerPort: 1}, {${second}}]`);
    assert.deepEqual(only("LNT002", container("name: a, containerPort: 2")), ["a"]);
    assert.deepEqual(only("LNT002", container("name: b, containerPort: 2")), []);
    assert.deepEqual(only("LNT002", container("containerPort: 2")), []);
  });
});

describe("LNT006", () => {
  const env = (items: string) => pod(`image: x\nenv: [${items}]`);
  it("knows passwords by their name, and what is none", () => {
    const one = (name: string, value: string) => only("LNT006", env(`{name: ${name}, value: ${value}}`));
    for (const name of [
      "DB_PASSWORD",
      "POSTGRES_PASSWORD",
      "CLIENT_SECRET",
      "MY_API_KEY",
      "password",
      "SERVICE_AUTH_TOKEN",
    ])
      assert.deepEqual(one(name, "correct-horse"), ["correct-horse"], name);
    for (const name of [
      "PASSWORD_FILE",
      "SECRET_NAME",
      "TOKENIZER",
      "EOS_TOKEN",
      "PAD_TOKEN",
      "API_KEY_HEADER",
      "PASSWORDLESS",
      "KEY",
    ])
      assert.deepEqual(one(name, "correct-horse"), [], name);
    for (const value of [
      "/run/secrets/x",
      '"true"',
      '"1234"',
      "$(SECRET)",
      "'${SECRET}'",
      "changeme",
      "https://vault.example",
      '""',
      "abc",
    ])
      assert.deepEqual(one("DB_PASSWORD", value), [], value);
    assert.deepEqual(one("HF_TOKEN", `hf_${"a".repeat(34)}`), [], "SRV007 tells of it");
  });
});

describe("LNT007", () => {
  it("knows the container's own ports", () => {
    const probe = (port: string, ports = "[{name: http, containerPort: 80}]") =>
      only("LNT007", pod(`image: x\nports: ${ports}\nreadinessProbe: {tcpSocket: {port: ${port}}}`));
    assert.deepEqual(probe("http"), []);
    assert.deepEqual(probe("8080"), []);
    assert.deepEqual(probe("$PORT"), []);
    assert.deepEqual(probe("htpp"), ["htpp"]);
    assert.deepEqual(probe("http", "[]"), ["http"]);
  });
});

describe("LNT008", () => {
  const volume = (path: string) => `volumes: [{name: a, hostPath: {path: ${path}}}]`;
  it("knows the sockets of engines, and agents that watch them", () => {
    for (const path of ["/var/run/docker.sock", "/run/containerd/containerd.sock"])
      assert.deepEqual(only("LNT008", pod("image: x", volume(path))), [path]);
    assert.deepEqual(only("LNT008", pod("image: x", volume("/var/run"))), []);
    assert.match(
      said("LNT008", workload({ kind: "DaemonSet", pod: volume("/run/docker.sock") })).join(),
      /^information/,
    );
  });
});

describe("LNT004", () => {
  const mount = "volumeMounts: [{name: data, mountPath: /data}]";
  it("knows volumes, and a StatefulSet's claims", () => {
    assert.deepEqual(only("LNT004", pod(`image: x\n${mount}`)), ["data"]);
    assert.deepEqual(only("LNT004", pod(`image: x\n${mount}`, "volumes: [{name: data, emptyDir: {}}]")), []);
    const claims = "volumeClaimTemplates: [{metadata: {name: data}}]";
    assert.deepEqual(only("LNT004", workload({ kind: "StatefulSet", container: mount, spec: claims })), []);
    assert.match(
      fixed("LNT004", pod(`image: x\n${mount}`, "volumes: [{name: dat, emptyDir: {}}]"))[0] ?? "",
      /volumeMounts: \[\{name: dat,/,
    );
  });

  it("says nothing of patches, and of pods that an operator makes", () => {
    assert.deepEqual(only("LNT004", pod(mount)), []);
    const ray = `apiVersion: ray.io/v1\nkind: RayCluster\nspec: {headGroupSpec: {template: {spec: {containers: [{name: a, image: x:1, ${mount}}]}}}}\n`;
    assert.deepEqual(only("LNT004", ray), []);
  });
});

describe("LNT005", () => {
  const job = (policy: string, kind = "Job") => {
    const template = `template: {spec: {${policy && `restartPolicy: ${policy}, `}containers: [{name: a, image: x}]}}`;
    return `apiVersion: batch/v1\nkind: ${kind}\nspec: {${kind === "CronJob" ? `schedule: '* * * * *', jobTemplate: {spec: {${template}}}` : template}}\n`;
  };
  it("knows what fits", () => {
    for (const policy of ["Never", "OnFailure", "$POLICY"])
      assert.deepEqual(only("LNT005", job(policy)), [], policy);
    assert.deepEqual(only("LNT005", job("Always")), ["Always"]);
    assert.deepEqual(only("LNT005", job("")), ["spec"]);
    assert.deepEqual(only("LNT005", job("", "CronJob")), ["spec"]);
    assert.deepEqual(only("LNT005", workload({ pod: "restartPolicy: Never" })), ["Never"]);
    assert.deepEqual(only("LNT005", workload({ pod: "restartPolicy: Always" })), []);
    assert.deepEqual(only("LNT005", workload()), []);
  });

  it("leaves Jobs of other makers alone", () => {
    const volcano =
      "apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nspec: {tasks: [{template: {spec: {containers: [{name: a, image: x}]}}}]}\n";
    assert.deepEqual(only("LNT005", volcano), []);
    const jobSet =
      "apiVersion: jobset.x-k8s.io/v1alpha2\nkind: JobSet\nspec: {replicatedJobs: [{name: a, template: {spec: {template: {spec: {containers: [{name: a, image: x}]}}}}}]}\n";
    assert.deepEqual(only("LNT005", jobSet), []);
  });
});

describe("kube-linter's default checks", () => {
  const checks =
    `dangling-service deprecated-service-account-field docker-sock drop-net-raw-capability duplicate-env-var
    env-var-secret sensitive-host-mounts host-ipc host-network host-pid invalid-target-ports
    job-ttl-seconds-after-finished latest-tag liveness-port mismatching-selector no-anti-affinity no-extensions-v1beta
    non-existent-service-account pdb-unhealthy-pod-eviction-policy pdb-max-unavailable pdb-min-available
    privilege-escalation-container privileged-container no-read-only-root-fs readiness-port run-as-non-root ssh-port
    startup-port unsafe-sysctls unset-cpu-requirements unset-memory-requirements`.split(/\s+/);

  it("are all there by meaning, under their names", () => {
    const names = rules.flatMap((rule) => rule.aliases ?? []);
    assert.deepEqual(
      checks.filter((name) => !names.includes(name)),
      [],
    );
    assert.equal(checks.length, 31);
  });

  it("say little of a plain pod unless one asks", () => {
    const run = (profile: "recommended" | "strict") =>
      check({
        path: "a.yaml",
        text: pod("image: registry.example/app:1"),
        settings: { levels: {}, profile },
        rules,
      }).length;
    assert.equal(run("recommended"), 0);
    assert.ok(run("strict") >= 5);
  });
});

describe("the strict rules about pods", () => {
  it("take what a container does not set from its pod", () => {
    assert.deepEqual(only("LNT018", pod("image: x", "securityContext: {runAsNonRoot: true}")), []);
    assert.deepEqual(only("LNT018", pod("image: x", "securityContext: {runAsUser: 1000}")), []);
    assert.deepEqual(
      only(
        "LNT018",
        pod("image: x\nsecurityContext: {runAsUser: 0}", "securityContext: {runAsNonRoot: true}"),
      ),
      ["0"],
    );
    assert.deepEqual(only("LNT018", pod("image: x\nsecurityContext: {runAsNonRoot: false}")), ["false"]);
  });

  it("know limits that stand for requests, and names in both spellings", () => {
    assert.deepEqual(only("LNT014", pod("image: x\nresources: {limits: {cpu: 1}}")), []);
    assert.deepEqual(only("LNT015", pod("image: x\nresources: {limits: {memory: 1Gi}}")), []);
    assert.match(
      said("LNT015", pod("image: x\nresources: {requests: {memory: 1Gi}}")).join(),
      /no memory limit/,
    );
    for (const drop of ["ALL", "NET_RAW", "CAP_NET_RAW"])
      assert.deepEqual(
        only("LNT021", pod(`image: x\nsecurityContext: {capabilities: {drop: [${drop}]}}`)),
        [],
        drop,
      );
  });

  it("leave patches alone", () => {
    for (const id of ["LNT013", "LNT014", "LNT015", "LNT017", "LNT018", "LNT020", "LNT021"])
      assert.deepEqual(only(id, pod("tty: true")), [], id);
  });

  it("rename a field, or take it out where the new one is there", () => {
    assert.ok(fixed("LNT027", pod("image: x", "serviceAccount: a"))[0]?.includes("serviceAccountName: a"));
    const both = fixed("LNT027", pod("image: x", "serviceAccount: a\nserviceAccountName: b"))[0] ?? "";
    assert.ok(!both.includes("serviceAccount: a") && both.includes("serviceAccountName: b"), both);
  });

  it("know pods that are spread, and folders of the system", () => {
    assert.deepEqual(
      only("LNT016", workload({ spec: "replicas: 2", pod: "affinity: {podAntiAffinity: {}}" })),
      [],
    );
    assert.deepEqual(only("LNT016", workload({ spec: "replicas: 1" })), []);
    for (const path of ["/", "/etc/", "/proc"])
      assert.equal(
        only("LNT023", pod("image: x", `volumes: [{name: a, hostPath: {path: ${path}}}]`)).length,
        1,
        path,
      );
    for (const path of ["/data", "/etc/own", "/dev/shm"])
      assert.deepEqual(
        only("LNT023", pod("image: x", `volumes: [{name: a, hostPath: {path: ${path}}}]`)),
        [],
        path,
      );
  });
});
