// Manifests as real projects have them, with all rules of the recommended profile: what must not be said.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { found, gpus } from "./found.ts";

const cases: [string, string, string[]][] = [
  [
    "KServe's controller, which is no model server",
    `apiVersion: apps/v1
kind: Deployment
metadata: {name: kserve-controller-manager, namespace: kserve}
spec:
  selector: {matchLabels: {control-plane: kserve-controller-manager}}
  template:
    metadata: {labels: {control-plane: kserve-controller-manager}}
    spec:
      serviceAccountName: kserve-controller-manager
      containers:
        - name: manager
          image: kserve/kserve-controller:v0.15.0
          command: [/manager]
          env:
            - {name: SECRET_NAME, value: kserve-webhook-server-cert}
          ports: [{containerPort: 9443, name: webhook-server}]
          livenessProbe: {httpGet: {path: /healthz, port: 8081}}
`,
    [],
  ],
  [
    "an InferenceService, whose pods KServe makes",
    `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: llama}
spec:
  predictor:
    minReplicas: 2
    model:
      modelFormat: {name: huggingface}
      storageUri: hf://meta-llama/Llama-3.1-8B-Instruct
      args: [--tensor-parallel-size=8]
      ${gpus(2)}
`,
    [],
  ],
  [
    "a custom predictor of KServe",
    `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: own}
spec: {predictor: {containers: [{name: kserve-container, image: vllm/vllm-openai, args: [--model, a/b], ${gpus(2)}}]}}
`,
    [],
  ],
  [
    "a TrainJob, whose pods its runtime makes",
    `apiVersion: trainer.kubeflow.org/v1alpha1
kind: TrainJob
metadata: {name: tune}
spec: {runtimeRef: {name: torch-distributed}, trainer: {numNodes: 4, command: [torchrun, train.py], resourcesPerNode: {limits: {nvidia.com/gpu: 8}}}}
`,
    [],
  ],
  [
    "a Volcano Job, which is placed as a whole and has no deadline of batch/v1",
    `apiVersion: batch.volcano.sh/v1alpha1
kind: Job
metadata: {name: train}
spec:
  minAvailable: 3
  schedulerName: volcano
  tasks:
    - {replicas: 1, name: master, template: {spec: {containers: [{name: a, image: "registry.example/train:1"}]}}}
    - {replicas: 2, name: worker, template: {spec: {containers: [{name: a, image: "registry.example/train:1", ${gpus(1)}}]}}}
`,
    [],
  ],
  [
    "the workers of a RayCluster, which are in a list",
    `apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: ray}
spec:
  rayVersion: 2.46.0
  headGroupSpec:
    rayStartParams: {num-cpus: "0"}
    template: {spec: {containers: [{name: head, image: "rayproject/ray:2.46.0", ports: [{containerPort: 6379, name: gcs-server}]}]}}
  workerGroupSpecs:
    - groupName: gpus
      replicas: 2
      rayStartParams: {}
      template: {spec: {containers: [{name: worker, image: "rayproject/ray:2.46.0-gpu", resources: {limits: {nvidia.com/gpu: 0.5}}}]}}
`,
    ["GPU003 «0.5»"],
  ],
  [
    "vLLM on one GPU, which needs no shared memory",
    `apiVersion: v1
kind: Pod
metadata: {name: llm}
spec:
  containers:
    - name: vllm
      image: vllm/vllm-openai:v0.11.0
      args: [--model, /models/qwen3]
      resources: {limits: {cpu: 8, memory: 32Gi, nvidia.com/gpu: 1}}
      readinessProbe: {httpGet: {path: /v1/models, port: 8000}}
`,
    [],
  ],
  [
    "a kustomize patch, which is a part",
    `apiVersion: apps/v1
kind: Deployment
metadata: {name: llm}
spec:
  template:
    spec:
      containers:
        - name: vllm
          resources: {limits: {nvidia.com/gpu: 2}}
          volumeMounts: [{name: cache, mountPath: /root/.cache}]
`,
    [],
  ],
  [
    "the device plugin, which is meant to see all GPUs",
    `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: nvidia-device-plugin-daemonset, namespace: kube-system}
spec:
  selector: {matchLabels: {name: nvidia-device-plugin-ds}}
  template:
    metadata: {labels: {name: nvidia-device-plugin-ds}}
    spec:
      tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
      priorityClassName: system-node-critical
      containers:
        - name: ctr
          image: nvcr.io/nvidia/k8s-device-plugin:v0.17.1
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          volumeMounts: [{name: device-plugin, mountPath: /var/lib/kubelet/device-plugins}]
      volumes: [{name: device-plugin, hostPath: {path: /var/lib/kubelet/device-plugins}}]
`,
    [],
  ],
  [
    "a Service for the pods of an operator",
    `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: vllm}
spec:
  leaderWorkerTemplate:
    size: 2
    leaderTemplate: {metadata: {labels: {role: leader}}, spec: {containers: [{name: a, image: "registry.example/llm:1"}]}}
    workerTemplate: {spec: {containers: [{name: a, image: "registry.example/llm:1"}]}}
---
apiVersion: v1
kind: Service
metadata: {name: vllm-leader}
spec: {selector: {leaderworkerset.sigs.k8s.io/name: vllm, role: leader}, ports: [{port: 8080, targetPort: 8080}]}
`,
    [],
  ],
];

describe("the rules on manifests of real projects", () => {
  for (const [name, text, expected] of cases)
    it(`know ${name}`, () => {
      assert.deepEqual(found(text), expected);
    });
});
