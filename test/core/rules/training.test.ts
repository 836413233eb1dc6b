// TRN002 to TRN007 on the cases beside their examples: what is meant, and what must stay silent.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { fixed, gpus, only, said } from "./found.ts";

interface Replica {
  replicas?: number | string;
  container?: string;
  pod?: string;
}

function job(
  replicas: Record<string, Replica>,
  more: { spec?: string; metadata?: string; kind?: string } = {},
): string {
  const kind = more.kind ?? "PyTorchJob";
  const field =
    kind === "MPIJob" ? "mpiReplicaSpecs" : kind === "TFJob" ? "tfReplicaSpecs" : "pytorchReplicaSpecs";
  const specs = Object.entries(replicas).map(([name, { replicas: count, container = gpus(1), pod = "" }]) => {
    const number = count === undefined ? "" : `replicas: ${count}, `;
    return `    ${name}: {${number}template: {spec: {${pod && `${pod}, `}containers: [{name: pytorch, image: x, ${container}}]}}}`;
  });
  const spec = more.spec ? `  ${more.spec}\n` : "";
  return `apiVersion: kubeflow.org/v1\nkind: ${kind}\nmetadata: {name: a${more.metadata ? `, ${more.metadata}` : ""}}\nspec:\n${spec}  ${field}:\n${specs.join("\n")}\n`;
}

const indexed = (more: string, container = gpus(1), mode = "Indexed") =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {completionMode: ${mode}, ${more}, template: {spec: {containers: [{name: a, image: x, ${container}}]}}}\n`;
const jobSet = (jobs: string) =>
  `apiVersion: jobset.x-k8s.io/v1alpha2\nkind: JobSet\nmetadata: {name: a}\nspec: {replicatedJobs: [${jobs}]}\n`;
const replicated = (replicas: number, parallelism: number, container = gpus(1)) =>
  `{name: w, replicas: ${replicas}, template: {spec: {parallelism: ${parallelism}, template: {spec: {containers: [{name: a, image: x, ${container}}]}}}}}`;

describe("TRN002", () => {
  it("counts the pods with GPUs that work together", () => {
    assert.deepEqual(only("TRN002", job({ Master: {}, Worker: { replicas: 3 } })), ["3"]);
    assert.match(said("TRN002", job({ Master: {}, Worker: { replicas: 3 } })).join(), /These 4 pods/);
    assert.equal(only("TRN002", job({ Master: {}, Worker: {} })).join(), "PyTorchJob");
    assert.deepEqual(
      only(
        "TRN002",
        job({ Launcher: { container: "args: []" }, Worker: { replicas: 2 } }, { kind: "MPIJob" }),
      ),
      ["2"],
    );
    assert.deepEqual(only("TRN002", indexed("parallelism: 4")), ["4"]);
    assert.deepEqual(only("TRN002", jobSet(replicated(2, 2))), ["2"]);
  });

  it("says nothing of one pod, of pods without GPUs, and of pods that don't need each other", () => {
    assert.deepEqual(only("TRN002", job({ Master: {} })), []);
    assert.deepEqual(only("TRN002", job({ Worker: { replicas: 3, container: "args: []" } })), []);
    assert.deepEqual(only("TRN002", indexed("parallelism: 4", gpus(1), "NonIndexed")), []);
    assert.deepEqual(
      only("TRN002", job({ Worker: { replicas: 3 } }, { spec: "elasticPolicy: {minReplicas: 1}" })),
      [],
    );
    const volcano = `apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nspec: {minAvailable: 3, tasks: [{replicas: 3, template: {spec: {containers: [{name: a, image: x, ${gpus(1)}}]}}}]}\n`;
    assert.deepEqual(only("TRN002", volcano), []);
  });

  it("knows queues and gang schedulers", () => {
    const workers = { Worker: { replicas: 3 } };
    for (const metadata of [
      "labels: {kueue.x-k8s.io/queue-name: q}",
      "labels: {kai.scheduler/queue: q}",
      "annotations: {scheduling.volcano.sh/queue-name: q}",
      "annotations: {scheduling.k8s.io/group-name: g}",
    ])
      assert.deepEqual(only("TRN002", job(workers, { metadata })), [], metadata);
    for (const pod of [
      "schedulerName: volcano",
      "schedulerName: kai-scheduler",
      "schedulingGates: [{name: x}]",
    ])
      assert.deepEqual(only("TRN002", job({ Worker: { replicas: 3, pod } })), [], pod);
    assert.equal(
      only("TRN002", job({ Worker: { replicas: 3, pod: "schedulerName: default-scheduler" } })).length,
      1,
    );
    const spec = "runPolicy: {schedulingPolicy: {queue: q}}";
    assert.deepEqual(only("TRN002", job(workers, { spec })), []);
  });
});

describe("TRN004", () => {
  const cluster = (head: string, worker: string, version = "") =>
    `apiVersion: ray.io/v1\nkind: RayCluster\nspec:\n  ${version}\n  headGroupSpec: ${head}\n  workerGroupSpecs:\n    - ${worker}\n`;
  const group = (parameters: string, container: string) =>
    `{rayStartParams: {${parameters}}, template: {spec: {containers: [{name: ray, ${container}}]}}}`;
  const image = "image: rayproject/ray:2.46.0-py311-gpu";
  const plain = group("", image);

  it("compares num-gpus with the limit", () => {
    assert.deepEqual(only("TRN004", cluster(plain, group('num-gpus: "2"', `${image}, ${gpus(4)}`))), ['"2"']);
    assert.match(
      said("TRN004", cluster(plain, group('num-gpus: "1"', image))).join(),
      /its container has none/,
    );
    assert.ok(
      !(
        fixed("TRN004", cluster(plain, group('num-gpus: "2", block: "true"', image)))[0] ?? "num-gpus"
      ).includes("num-gpus"),
    );
    for (const parameters of ['num-gpus: "4"', 'num-gpus: "0"', 'num-cpus: "2"', "num-gpus: $GPUS"])
      assert.deepEqual(
        only("TRN004", cluster(plain, group(parameters, `${image}, ${gpus(4)}`))),
        [],
        parameters,
      );
  });

  it("compares rayVersion with images of Ray's own", () => {
    assert.deepEqual(only("TRN004", cluster(plain, plain, "rayVersion: 2.46.0")), []);
    assert.deepEqual(only("TRN004", cluster(plain, plain, "rayVersion: 2.45.0")), ["2.45.0"]);
    for (const other of [
      "image: registry.example/ray:1.0.0",
      "image: rayproject/ray:nightly",
      "image: registry.example/rayproject/own:2.1.0",
    ])
      assert.deepEqual(
        only("TRN004", cluster(group("", other), group("", other), "rayVersion: 2.45.0")),
        [],
        other,
      );
  });

  it("accepts a head that works, and a cluster that is a head alone", () => {
    const head = (parameters: string) => group(parameters, `${image}, ${gpus(1)}`);
    assert.deepEqual(only("TRN004", cluster(head('num-cpus: "0"'), group("", `${image}, ${gpus(1)}`))), [
      "nvidia.com/gpu",
    ]);
    assert.deepEqual(only("TRN004", cluster(head(""), group("", `${image}, ${gpus(1)}`))), []);
    assert.deepEqual(only("TRN004", cluster(head('num-cpus: "0"'), plain)), []);
  });

  it("looks into RayJob and RayService", () => {
    const inner = `{headGroupSpec: ${plain}, workerGroupSpecs: [${group('num-gpus: "2"', image)}]}`;
    for (const [kind, field] of [
      ["RayJob", "rayClusterSpec"],
      ["RayService", "rayClusterConfig"],
    ])
      assert.deepEqual(only("TRN004", `apiVersion: ray.io/v1\nkind: ${kind}\nspec: {${field}: ${inner}}\n`), [
        '"2"',
      ]);
  });
});

describe("TRN005", () => {
  const torch = (flags: string) => ({ container: `command: [torchrun, ${flags}, train.py], ${gpus(2)}` });

  it("compares nodes with pods", () => {
    const workers = (nodes: string, count: number) =>
      job({ Master: torch(nodes), Worker: { replicas: count, ...torch(nodes) } });
    assert.deepEqual(only("TRN005", workers("--nnodes=4", 3)), []);
    assert.deepEqual(only("TRN005", workers("--nnodes, '5'", 3)), ["5", "5"]);
    for (const nodes of ["--nnodes=2:4", "--nnodes=$NNODES", "--standalone", "--nproc_per_node=2"])
      assert.deepEqual(only("TRN005", workers(nodes, 3)), [], nodes);
    assert.deepEqual(only("TRN005", indexed("parallelism: 2", torch("--nnodes=3").container)), ["3"]);
    assert.deepEqual(
      only("TRN005", indexed("parallelism: 2", torch("--nnodes=3").container, "NonIndexed")),
      [],
    );
    assert.deepEqual(only("TRN005", jobSet(replicated(1, 4, torch("--nnodes=4").container))), []);
    assert.deepEqual(only("TRN005", jobSet(replicated(3, 4, torch("--nnodes=4").container))), []);
    assert.deepEqual(only("TRN005", jobSet(replicated(3, 4, torch("--nnodes=12").container))), []);
    assert.deepEqual(only("TRN005", jobSet(replicated(3, 4, torch("--nnodes=8").container))), ["8"]);
  });

  it("is an error where training never starts, else a warning", () => {
    const text = (nodes: number) => job({ Worker: { replicas: 3, ...torch(`--nnodes=${nodes}`) } });
    assert.match(said("TRN005", text(4)).join(), /^error torchrun waits for 4 nodes, and there are 3 pods/);
    assert.match(said("TRN005", text(2)).join(), /^warning .*some are left out/);
    assert.match(said("TRN005", text(1)).join(), /^warning .*each trains for itself/);
    assert.deepEqual(only("TRN005", fixed("TRN005", text(4))[0] ?? ""), []);
  });

  it("compares processes with GPUs", () => {
    const nproc = (value: string) =>
      job({ Worker: { replicas: 2, container: gpus(2) } }, { spec: `nprocPerNode: ${value}` });
    assert.deepEqual(only("TRN005", nproc('"4"')), ['"4"']);
    for (const value of ['"2"', "gpu", "auto"]) assert.deepEqual(only("TRN005", nproc(value)), [], value);
    const trainJob = (count: number) =>
      `apiVersion: trainer.kubeflow.org/v1alpha1\nkind: TrainJob\nspec: {trainer: {numNodes: 2, numProcPerNode: ${count}, resourcesPerNode: {limits: {nvidia.com/gpu: 2}}}}\n`;
    assert.deepEqual(only("TRN005", trainJob(2)), []);
    assert.deepEqual(only("TRN005", trainJob(4)), ["4"]);
  });

  it("compares slots, GPUs and the processes of mpirun", () => {
    const mpi = (spec: string, command: string, worker = gpus(2)) =>
      job(
        { Launcher: { container: `command: [${command}]` }, Worker: { replicas: 2, container: worker } },
        { kind: "MPIJob", spec },
      );
    assert.deepEqual(only("TRN005", mpi("slotsPerWorker: 2", "mpirun, -np, '4', a")), []);
    assert.deepEqual(only("TRN005", mpi("slotsPerWorker: 4", "mpirun, -np, '8', a")), ["4"]);
    assert.deepEqual(only("TRN005", mpi("slotsPerWorker: 2", "mpirun, -np, '8', a")), ["8"]);
    assert.deepEqual(only("TRN005", mpi("slotsPerWorker: 2", "mpirun, -np, '2', a")), []);
    assert.deepEqual(only("TRN005", mpi("slotsPerWorker: 2", "mpirun, --oversubscribe, -np, '8', a")), []);
    assert.deepEqual(only("TRN005", mpi("slotsPerWorker: 2", "sh, -c, 'mpirun -n 8 a'")), ["8"]);
    assert.deepEqual(only("TRN005", mpi("runPolicy: {}", "mpirun, -np, '2', a")), ["2"]);
    assert.deepEqual(only("TRN005", mpi("slotsPerWorker: 8", "mpirun, -np, '16', a", "args: []")), []);
  });
});

describe("TRN006", () => {
  const policy = (spec: string, name = "p") =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: ml}\nspec: {${spec}}\n---\n`;
  const training = job({ Worker: { replicas: 2 } }, { metadata: "namespace: ml" });

  it("finds what keeps workers apart", () => {
    assert.deepEqual(only("TRN006", policy("podSelector: {}") + training), ["{}"]);
    assert.deepEqual(only("TRN006", policy("podSelector: {}, policyTypes: [Ingress]") + training), [
      "Ingress",
    ]);
    const byJob =
      "podSelector: {matchLabels: {training.kubeflow.org/job-name: a}}, ingress: [{from: [{podSelector: {matchLabels: {app: prometheus}}}]}]";
    assert.deepEqual(only("TRN006", policy(byJob) + training), ["ingress"]);
    const egress = "podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}]";
    assert.match(said("TRN006", policy(egress) + training).join(), /from DNS \(port 53\)/);
    assert.match(
      said("TRN006", policy("podSelector: {}, policyTypes: [Egress]") + training).join(),
      /reaching each other/,
    );
  });

  it("says nothing where they may talk, or may well", () => {
    for (const spec of [
      "podSelector: {}, ingress: [{}]",
      "podSelector: {}, ingress: [{from: [{podSelector: {}}]}]",
      "podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {training.kubeflow.org/job-name: a}}}]}]",
      "podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]",
      "podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]",
      "podSelector: {matchLabels: {app: other}}",
      "podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}, {ports: [{port: 53, protocol: UDP}]}]",
      "podSelector: {}, policyTypes: [Egress], egress: [{}]",
    ])
      assert.deepEqual(only("TRN006", policy(spec) + training), [], spec);
  });

  it("takes all policies of the file together", () => {
    const open = policy("podSelector: {}, ingress: [{from: [{podSelector: {}}]}]", "open");
    assert.deepEqual(only("TRN006", policy("podSelector: {}") + open + training), []);
  });

  it("says nothing of other pods, and of other namespaces", () => {
    assert.deepEqual(only("TRN006", policy("podSelector: {}")), []);
    assert.deepEqual(
      only("TRN006", policy("podSelector: {}") + job({ Master: {} }, { metadata: "namespace: ml" })),
      [],
    );
    assert.deepEqual(
      only("TRN006", policy("podSelector: {}") + training.replace("namespace: ml", "namespace: dl")),
      [],
    );
  });
});

describe("TRN007", () => {
  const train = (more: string, container = "", command = "python, train.py") =>
    `apiVersion: batch/v1\nkind: Job\nspec: {template: {spec: {${more}, containers: [{name: a, image: x, command: [${command}], ${container}${gpus(1)}}]}}}\n`;

  it("speaks of training with GPUs that begins anew", () => {
    assert.deepEqual(only("TRN007", train("restartPolicy: OnFailure")), ["OnFailure"]);
    assert.deepEqual(only("TRN007", train("restartPolicy: Never")), []);
    assert.deepEqual(only("TRN007", train("restartPolicy: OnFailure", "", "python, evaluate.py")), []);
    assert.deepEqual(
      only("TRN007", train("restartPolicy: OnFailure", "", "python, train.py, --out, s3://bucket/a")),
      [],
    );
    assert.deepEqual(
      only("TRN007", train("restartPolicy: OnFailure", "env: [{name: OUT, value: gs://b}], ")),
      [],
    );
    const mount = "volumeMounts: [{name: v, mountPath: /c}], ";
    assert.deepEqual(
      only("TRN007", train("restartPolicy: OnFailure, volumes: [{name: v, nfs: {}}]", mount)),
      [],
    );
    assert.equal(
      only("TRN007", train("restartPolicy: OnFailure, volumes: [{name: v, emptyDir: {}}]", mount)).length,
      1,
    );
  });

  it("speaks of an elastic job whose workers stay away", () => {
    const elastic = (policy: string) =>
      job({ Worker: { replicas: 2 } }, { spec: "elasticPolicy: {maxReplicas: 4}" }).replace(
        "{replicas: 2",
        `{restartPolicy: ${policy}, replicas: 2`,
      );
    assert.deepEqual(only("TRN007", elastic("Never")), ["Never"]);
    assert.deepEqual(only("TRN007", elastic("OnFailure")), []);
  });
});
