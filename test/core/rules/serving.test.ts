// SRV003 to SRV014 on the cases beside their examples: what is meant, and what must stay silent.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { fixed, gpus, only, pod, said } from "./found.ts";

const vllm = (more: string) => pod(`image: vllm/vllm-openai:v1\n${more}`);

/** A workload whose pod has this container line, with these lines in its spec. */
const workload = (container: string, spec = "", kind = "Deployment", podSpec = "") =>
  `apiVersion: apps/v1
kind: ${kind}
metadata: {name: a}
spec:
  ${spec.trim().replaceAll("\n", "\n  ")}
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec:
      ${podSpec.trim().replaceAll("\n", "\n      ")}
      containers:
        - {name: main, ${container}}
`;

describe("SRV003", () => {
  const probe = (path: string) => `readinessProbe: {httpGet: {path: ${path}, port: 8000}}`;
  it("asks for the model, unless a key keeps the probe out", () => {
    assert.deepEqual(only("SRV003", vllm(probe("/health"))), ["/health"]);
    assert.deepEqual(only("SRV003", vllm(probe("/v1/models"))), []);
    assert.deepEqual(only("SRV003", vllm(`args: [--api-key, x]\n${probe("/health")}`)), []);
    assert.deepEqual(only("SRV003", vllm(`env: [{name: VLLM_API_KEY, value: x}]\n${probe("/health")}`)), []);
    assert.deepEqual(only("SRV003", pod(`image: lmsysorg/sglang:v1\n${probe("/health")}`)), []);
    assert.deepEqual(only("SRV003", vllm(probe("/health").replace("readiness", "liveness"))), []);
  });
});

describe("SRV004", () => {
  const image = "image: vllm/vllm-openai:v1";
  it("speaks of servers with several pods that stream", () => {
    assert.equal(only("SRV004", workload(image, "replicas: 2")).length, 1);
    assert.deepEqual(only("SRV004", workload(image, "replicas: 1")), []);
    assert.deepEqual(
      only("SRV004", workload("image: nvcr.io/nvidia/tritonserver:25.01-py3", "replicas: 2")),
      [],
    );
    assert.deepEqual(
      only("SRV004", workload(`${image}, lifecycle: {preStop: {sleep: {seconds: 60}}}`, "replicas: 2")),
      [],
    );
    const patient = workload(image, "replicas: 2", "Deployment", "terminationGracePeriodSeconds: 60");
    assert.deepEqual(only("SRV004", patient), []);
  });

  it("speaks of training on spot nodes", () => {
    const job = (spec: string) =>
      pod(`image: x\n${gpus(1)}`, spec)
        .replace("apiVersion: v1\nkind: Pod\nmetadata: {name: pod}\nspec:", "    spec:")
        .replace(/\n(?=.)/g, "\n    ")
        .replace(
          "    spec:",
          "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  template:\n    spec:",
        );
    assert.deepEqual(only("SRV004", job('nodeSelector: {cloud.google.com/gke-spot: "true"}')), ['"true"']);
    assert.deepEqual(only("SRV004", job("nodeSelector: {karpenter.sh/capacity-type: on-demand}")), []);
    assert.deepEqual(
      only("SRV004", job("tolerations: [{key: kubernetes.azure.com/scalesetpriority, value: spot}]")),
      ["kubernetes.azure.com/scalesetpriority"],
    );
    assert.deepEqual(only("SRV004", job("restartPolicy: Never")), []);
  });
});

describe("SRV005", () => {
  it("counts what each engine counts", () => {
    const cases: [string, number, string[]][] = [
      ["args: [--model, x, --tensor-parallel-size, '4', --pipeline-parallel-size, '2']", 8, []],
      ["args: [--model, x, -tp, '4', -pp=2]", 4, ["4"]],
      ["args: [--model, x, --data-parallel-size=4]", 4, []],
      [
        "args: [--model, x, --tensor-parallel-size=4, --data-parallel-size=2, --data-parallel-size-local=1]",
        4,
        [],
      ],
      ["args: [--model, x, --tensor-parallel-size=8, --distributed-executor-backend=ray]", 4, []],
      ["args: [--model, x, --tensor-parallel-size=8, --distributed-executor-backend=mp]", 4, ["8"]],
      ["args: [--model, x, --tensor-parallel-size, $(TP)]", 4, []],
      ["args: [--model, x]", 4, ["4"]],
      ["args: [--model, x]", 1, []],
      ["args: [--config, /config.yaml]", 4, []],
      ["command: [sh, -c, 'vllm serve x --tensor-parallel-size 2']", 4, ["2"]],
      ["command: [sh, -c]\nargs:\n  - |\n    vllm serve x \\\n      --tensor-parallel-size 2", 4, ["2"]],
      ["command: [sh, -c, 'vllm serve x & vllm serve y']", 4, []],
    ];
    for (const [args, devices, places] of cases)
      assert.deepEqual(only("SRV005", vllm(`${args}\n${gpus(devices)}`)), places, args);
    const sglang = (flags: string, devices: number) =>
      only(
        "SRV005",
        pod(
          `image: lmsysorg/sglang:v1\ncommand: [python3, -m, sglang.launch_server, ${flags}]\n${gpus(devices)}`,
        ),
      );
    assert.deepEqual(sglang("--tp, '8'", 4), ["8"]);
    assert.deepEqual(sglang("--tp, '8'", 8), []);
    assert.deepEqual(sglang("--tp, '8', --nnodes, '2'", 4), []);
    assert.deepEqual(sglang("--tp, '4', --dp, '2'", 8), []);
    const tgi = (flags: string) =>
      only(
        "SRV005",
        pod(`image: ghcr.io/huggingface/text-generation-inference:3\nargs: [${flags}]\n${gpus(2)}`),
      );
    assert.deepEqual(tgi("--model-id, a/b"), []);
    assert.deepEqual(tgi("--num-shard, '4'"), ["4"]);
  });

  it("is an error with too few GPUs, and a warning with too many", () => {
    const text = (split: number) => vllm(`args: [--model, x, --tensor-parallel-size=${split}]\n${gpus(4)}`);
    assert.match(
      said("SRV005", text(8)).join(),
      /^error vLLM is told to use 8 GPUs and has 4: it does not start/,
    );
    assert.match(said("SRV005", text(2)).join(), /^warning vLLM uses 2 of its 4 GPUs/);
    assert.match(fixed("SRV005", text(8))[0] ?? "", /--tensor-parallel-size=4/);
    assert.match(
      fixed("SRV005", vllm(`args: [--model, x]\n${gpus(4)}`))[0] ?? "",
      /x, "--tensor-parallel-size=4"\]/,
    );
  });

  it("knows one process for each GPU in training", () => {
    const train = (command: string) => only("SRV005", pod(`image: x\ncommand: [${command}]\n${gpus(4)}`));
    assert.deepEqual(train("torchrun, --nproc_per_node=8, train.py"), ["8"]);
    assert.deepEqual(train("python, -m, torch.distributed.run, --nproc-per-node, '2', train.py"), ["2"]);
    assert.deepEqual(train("torchrun, --nproc_per_node=gpu, train.py"), []);
    assert.deepEqual(train("torchrun, --nproc_per_node=4, train.py"), []);
    assert.deepEqual(train("deepspeed, --num_gpus=8, train.py"), ["8"]);
    assert.deepEqual(train("my-launcher, --nproc_per_node=8"), []);
  });

  it("says nothing where several pods serve one model, nor of slices, shares and cores", () => {
    const args = "args: [--model, x, --tensor-parallel-size=8]";
    const lws = `apiVersion: leaderworkerset.x-k8s.io/v1\nkind: LeaderWorkerSet\nspec: {leaderWorkerTemplate: {workerTemplate: {spec: {containers: [{name: a, image: vllm/vllm-openai:v1, ${args}, ${gpus(4)}}]}}}}\n`;
    assert.deepEqual(only("SRV005", lws), []);
    for (const resource of ["nvidia.com/mig-1g.10gb", "nvidia.com/gpu.shared", "aws.amazon.com/neuron"])
      assert.deepEqual(only("SRV005", vllm(`${args}\nresources: {limits: {${resource}: 1}}`)), []);
    assert.deepEqual(only("SRV005", vllm(args)), []);
  });
});

describe("SRV006", () => {
  const mount = "volumeMounts: [{name: v, mountPath: /root/.cache}]";
  const volume = (source: string) => `volumes: [{name: v, ${source}}]`;
  const server = (more: string, spec = "") =>
    pod(`image: vllm/vllm-openai:v1\nargs: [--model, a/b]\n${more}`, spec);

  it("accepts any volume that files can be kept on", () => {
    assert.equal(only("SRV006", server("")).length, 1);
    for (const source of [
      "persistentVolumeClaim: {claimName: x}",
      "hostPath: {path: /models}",
      "emptyDir: {}",
      "nfs: {server: a, path: /}",
    ])
      assert.deepEqual(only("SRV006", server(mount, volume(source))), [], source);
    assert.deepEqual(only("SRV006", server(mount)), [], "a StatefulSet's claim");
    for (const source of ["emptyDir: {medium: Memory}", "configMap: {name: x}", "secret: {secretName: x}"])
      assert.equal(only("SRV006", server(mount, volume(source))).length, 1, source);
  });

  it("knows where each server keeps its models", () => {
    const cases: [string, RegExp | undefined][] = [
      ["image: vllm/vllm-openai:v1\nargs: [a/b]", /downloads a\/b .* at \/root\/\.cache\/huggingface/],
      [
        "image: vllm/vllm-openai:v1\ncommand: [vllm, serve, a/b]\nenv: [{name: HF_HOME, value: /hf}]",
        /at \/hf /,
      ],
      ["image: vllm/vllm-openai:v1\nargs: [--model, /models/x]", undefined],
      ["image: vllm/vllm-openai:v1\nargs: [--model, s3://bucket/x]", undefined],
      ["image: vllm/vllm-openai:v1\nargs: [--model, $(MODEL)]", undefined],
      [
        "image: vllm/vllm-openai:v1\nargs: [--model, a/b]\nenv: [{name: HF_HUB_OFFLINE, value: '1'}]",
        undefined,
      ],
      [
        "image: ghcr.io/huggingface/text-generation-inference:3\nenv: [{name: MODEL_ID, value: a/b}]",
        /at \/data /,
      ],
      ["image: nvcr.io/nim/meta/llama:1", /its models .* at \/opt\/nim\/\.cache/],
      ["image: ollama/ollama:0.12", /at \/root\/\.ollama/],
      ["image: nvcr.io/nvidia/tritonserver:25.01-py3", undefined],
    ];
    for (const [container, message] of cases) {
      const found = said("SRV006", pod(container));
      if (message) assert.match(found.join(), message, container);
      else assert.deepEqual(found, [], container);
    }
  });
});

describe("SRV008", () => {
  const gpu = `image: x, ${gpus(1)}`;
  it("knows the ways that need no spare GPU", () => {
    assert.deepEqual(only("SRV008", workload(gpu)), ["Deployment"]);
    for (const spec of [
      "strategy: {type: Recreate}",
      "strategy: {rollingUpdate: {maxSurge: 0}}",
      'strategy: {rollingUpdate: {maxSurge: "0%"}}',
      "replicas: 0",
    ])
      assert.deepEqual(only("SRV008", workload(gpu, spec)), [], spec);
    assert.deepEqual(only("SRV008", workload(gpu, "strategy: {rollingUpdate: {maxSurge: 1}}")), ["1"]);
    assert.deepEqual(only("SRV008", workload(gpu, "strategy: {type: RollingUpdate}")), ["strategy"]);
    assert.deepEqual(only("SRV008", workload("image: x")), []);
    assert.match(said("SRV008", workload(`image: x, ${gpus("0.5")}`)).join(), /needs 1 free GPU for it/);
    assert.deepEqual(only("SRV008", workload(gpu, "serviceName: a", "StatefulSet")), []);
  });

  it("leaves no update that frees nothing and adds nothing, which the API server refuses", () => {
    for (const spec of [
      "",
      "strategy: {type: RollingUpdate}",
      "strategy: {rollingUpdate: {maxUnavailable: 0}}",
      "strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}",
    ])
      for (const text of fixed("SRV008", workload(gpu, spec))) {
        assert.deepEqual(only("SRV008", text), []);
        assert.ok(/Recreate/.test(text) || /maxUnavailable: 1/.test(text), text);
      }
  });
});

describe("SRV009", () => {
  const claim = (modes: string, namespace = "") =>
    `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c${namespace}}\nspec: {accessModes: [${modes}]}\n---\n`;
  const volumes = "volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]";
  const using = (spec: string, more = "") => workload("image: x", spec, "Deployment", `${volumes}\n${more}`);

  it("speaks of several pods, and more softly of the surge of one", () => {
    assert.match(said("SRV009", claim("ReadWriteOnce") + using("replicas: 3")).join(), /^warning 3 pods/);
    assert.match(said("SRV009", claim("ReadWriteOncePod") + using("replicas: 3")).join(), /by one pod only/);
    assert.match(
      said("SRV009", claim("ReadWriteOnce") + using("replicas: 1")).join(),
      /^information An update/,
    );
    assert.deepEqual(only("SRV009", claim("ReadWriteOnce") + using("strategy: {type: Recreate}")), []);
    assert.deepEqual(
      only("SRV009", claim("ReadWriteOnce") + using("strategy: {rollingUpdate: {maxSurge: 0}}")),
      [],
    );
  });

  it("says nothing of volumes for many, of other claims, and of pods held on one node", () => {
    for (const modes of ["ReadWriteMany", "ReadOnlyMany", "ReadWriteOnce, ReadWriteMany", ""])
      assert.deepEqual(only("SRV009", claim(modes) + using("replicas: 3")), [], modes);
    assert.deepEqual(only("SRV009", using("replicas: 3")), []);
    assert.deepEqual(
      only("SRV009", claim("ReadWriteOnce") + using("replicas: 3").replace("claimName: c", "claimName: d")),
      [],
    );
    assert.deepEqual(only("SRV009", claim("ReadWriteOnce") + using("replicas: 3", "nodeName: n")), []);
    const other =
      claim("ReadWriteOnce", ", namespace: one") +
      using("replicas: 3").replace("{name: a}", "{name: a, namespace: two}");
    assert.deepEqual(only("SRV009", other), []);
  });

  it("counts the workers of training too", () => {
    const template = `{spec: {${volumes}, containers: [{name: pytorch, image: x}]}}`;
    const job = `apiVersion: kubeflow.org/v1\nkind: PyTorchJob\nmetadata: {name: a}\nspec: {pytorchReplicaSpecs: {Master: {template: ${template}}, Worker: {replicas: 3, template: ${template}}}}\n`;
    assert.deepEqual(only("SRV009", claim("ReadWriteOnce") + job), ["c"]);
  });
});

describe("SRV010", () => {
  const hpa = (metrics: string, name = "a") =>
    `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: ${name}}, maxReplicas: 3, metrics: [${metrics}]}\n---\n`;
  const cpu = "{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}";
  const pods =
    "{type: Pods, pods: {metric: {name: gpu_util}, target: {type: AverageValue, averageValue: 80}}}";
  const gpu = workload(`image: x, ${gpus(1)}`);

  it("speaks of CPU alone on a server with GPUs in the same file", () => {
    assert.deepEqual(only("SRV010", hpa(cpu) + gpu), ["cpu"]);
    assert.deepEqual(only("SRV010", hpa(`${cpu}, ${pods}`) + gpu), []);
    assert.deepEqual(only("SRV010", hpa(pods) + gpu), []);
    assert.deepEqual(only("SRV010", hpa(cpu) + workload("image: x")), []);
    assert.deepEqual(only("SRV010", hpa(cpu, "other") + gpu), []);
    assert.deepEqual(only("SRV010", hpa(cpu)), []);
  });
});

describe("SRV011 and SRV012", () => {
  const server = (replicas: number) =>
    workload("image: vllm/vllm-openai:v1, args: [--model, a/b]", `replicas: ${replicas}`);
  it("wants a budget only for several pods", () => {
    assert.match(said("SRV011", server(1)).join(), /no autoscaler in/);
    assert.match(said("SRV011", server(2)).join(), /no autoscaler and no PodDisruptionBudget/);
    assert.deepEqual(said("SRV011", workload("image: x")), []);
  });
  it("wants room for what is downloaded to the node", () => {
    assert.equal(only("SRV012", server(1)).length, 1);
    const asking = server(1).replace("args:", "resources: {limits: {ephemeral-storage: 50Gi}}, args:");
    assert.deepEqual(only("SRV012", asking), []);
  });
});

describe("SRV013", () => {
  const open = [
    "vllm/vllm-openai",
    "vllm/vllm-openai:latest",
    "docker.io/vllm/vllm-openai:nightly",
    "ollama/ollama",
    "nvcr.io/nvidia/pytorch",
    "rayproject/ray:latest-gpu",
    "tensorflow/tensorflow:latest-gpu",
    "registry.example:5000/vllm/vllm-openai",
  ];
  for (const image of open)
    it(`wants a version of ${image}`, () =>
      assert.deepEqual(only("SRV013", pod(`image: ${image}`)), [image]));
  const named = [
    "vllm/vllm-openai:v0.11.0",
    "nvidia/cuda:12.8.1-base-ubuntu24.04",
    "registry.example/app",
    "busybox",
    `vllm/vllm-openai@sha256:${"a".repeat(64)}`,
    "$IMAGE",
    "nvcr.io/nvidia/k8s/dcgm-exporter",
    "kserve/kserve-controller:v1",
  ];
  for (const image of named)
    it(`says nothing of ${image.slice(0, 40)}`, () =>
      assert.deepEqual(only("SRV013", pod(`image: ${image}`)), []));
});

describe("SRV014", () => {
  const train = (resources: string) => pod(`image: x\ncommand: [torchrun, a.py]\nresources: ${resources}`);
  it("names what is missing, and adds it", () => {
    assert.match(said("SRV014", train("{limits: {nvidia.com/gpu: 2}}")).join(), /no cpu and no memory/);
    assert.match(said("SRV014", train("{limits: {nvidia.com/gpu: 2, memory: 8Gi}}")).join(), /for no cpu:/);
    assert.match(
      fixed("SRV014", train("{limits: {nvidia.com/gpu: 2}}"))[0] ?? "",
      /requests: \{cpu: 8, memory: 32Gi\}/,
    );
    assert.match(
      fixed("SRV014", train("{requests: {nvidia.com/gpu: 2}, limits: {nvidia.com/gpu: 2}}"))[0] ?? "",
      /requests: \{nvidia\.com\/gpu: 2, cpu: 8, memory: 32Gi\}/,
    );
  });
  it("speaks only where the CPU is known to feed the GPU", () => {
    assert.deepEqual(only("SRV014", pod(`image: x\n${gpus(1)}`)), []);
    assert.deepEqual(
      only("SRV014", pod("image: x\ncommand: [torchrun, a.py]\nresources: {limits: {memory: 1Gi}}")),
      [],
    );
    assert.deepEqual(only("SRV014", train("{limits: {nvidia.com/gpu: 2, cpu: 8, memory: 8Gi}}")), []);
  });
});
