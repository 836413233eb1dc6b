// TRN007: training that is started again, and has nothing to go on from.
import { hasAccelerators } from "../../gpu/podGpus.ts";
import { podGroups } from "../../kube/podGroups.ts";
import { commandWords, type PodTemplate, podTemplates } from "../../kube/podTemplates.ts";
import { isNull, itemsOf, nodeAt, type SyntaxNode, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";
import { mountsOf, outlivesPod, volumeNamed } from "../volumes.ts";

export const trn007: Rule = {
  id: "TRN007",
  title: "Training that is restarted needs its checkpoints",
  severity: "information",
  why: "A pod that is restarted finds only what lies on a volume or in a store outside; without checkpoints training begins again at step 0. An elastic job that never restarts its workers can't replace one that is lost.",
  source: "https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html",
  appliesTo: "object",
  good: `apiVersion: batch/v1
kind: Job
metadata:
  name: train
spec:
  activeDeadlineSeconds: 86400
  template:
    spec:
      restartPolicy: OnFailure
      containers:
        - name: train
          image: registry.example/train:1
          command: [python, train.py]
          resources:
            limits:
              nvidia.com/gpu: 1
          volumeMounts:
            - name: checkpoints
              mountPath: /checkpoints
      volumes:
        - name: checkpoints
          persistentVolumeClaim:
            claimName: checkpoints
`,
  bad: `apiVersion: batch/v1
kind: Job
metadata:
  name: train
spec:
  activeDeadlineSeconds: 86400
  template:
    spec:
      restartPolicy: «OnFailure»
      containers:
        - name: train
          image: registry.example/train:1
          command: [python, train.py]
          resources:
            limits:
              nvidia.com/gpu: 1
`,
  *check(object) {
    const pods = podTemplates(object);
    if (pods.some(({ partial }) => partial)) return;
    const spec = nodeAt(object.root, "spec");
    for (const { node, pod, name } of podGroups(object, pods)) {
      if (pod.life !== "batch") continue;
      const policy = nodeAt(node, "restartPolicy") ?? nodeAt(pod.spec, "restartPolicy");
      if (!policy || isNull(policy)) continue;
      const elastic = object.group === "kubeflow.org" && !isNull(nodeAt(spec, "elasticPolicy"));
      if (elastic && name === "Worker" && textOf(policy) === "Never") {
        yield {
          at: policy,
          message:
            "An elastic job goes on when a lost worker comes back, and with Never none does: use OnFailure or ExitCode.",
        };
        continue;
      }
      if (restarts(policy) && hasAccelerators(pod) && isTraining(pod) && !keepsState(pod))
        yield {
          at: policy,
          message:
            "When this pod is restarted its training begins anew: nothing here outlives it. Save checkpoints to a volume, or set Never.",
        };
    }
  },
};

function restarts(policy: SyntaxNode): boolean {
  return /^(?:OnFailure|ExitCode|Always)$/.test(textOf(policy) ?? "");
}

/** By what it runs; evaluation and inference have nothing to save. */
function isTraining(pod: PodTemplate): boolean {
  return pod.containers.some((container) =>
    commandWords(container).some((word) =>
      /(?:^|[/_-])(?:train|finetune|fine_tune|pretrain)[\w-]*\.(?:py|sh)$/.test(word),
    ),
  );
}

/** A volume that outlives the pod, or an address of a store in its command or environment. */
function keepsState(pod: PodTemplate): boolean {
  return pod.containers.some((container) => {
    if (mountsOf(container).some(({ volume }) => outlivesPod(volumeNamed(pod, volume)))) return true;
    const values = itemsOf(nodeAt(container.node, "env")).map((item) => textOf(nodeAt(item, "value")) ?? "");
    const words = [...commandWords(container), ...values];
    return words.some((word) =>
      /(?:s3|gs|gcs|abfss?|az|hdfs|r2|oss|wandb|hf):\/\/|--push_to_hub|checkpoint.*https?:/.test(word),
    );
  });
}
