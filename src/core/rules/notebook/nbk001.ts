// NBK001: a notebook that keeps its GPU over the weekend.
import { acceleratorsOf } from "../../gpu/podGpus.ts";
import { commandWords, type PodContainer } from "../../kube/podTemplates.ts";
import { addItem } from "../../syntax/edit.ts";
import { nodeAt } from "../../syntax/node.ts";
import type { ProblemFix } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

const IMAGE = /(?:^|\/)jupyter[\w-]*(?:\/|[:@-]|$)|notebook-servers\/jupyter|-notebook(?:[:@]|$)/;
const SHUTDOWN = "--ServerApp.shutdown_no_activity_timeout";
const CULL = "--MappingKernelManager.cull_idle_timeout";

export const nbk001: Rule = {
  id: "NBK001",
  title: "A notebook with a GPU should end when nobody uses it",
  severity: "information",
  why: "A notebook server holds its GPU for as long as it runs, also when nobody has looked at it for days. Jupyter can end idle kernels and then itself; Kubeflow's controller can stop idle notebooks.",
  source: "https://jupyter-server.readthedocs.io/en/latest/other/full-config.html",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: notebook
spec:
  containers:
    - name: notebook
      image: quay.io/jupyter/pytorch-notebook:cuda12-python-3.12
      args: [start-notebook.py, --MappingKernelManager.cull_idle_timeout=3600, --ServerApp.shutdown_no_activity_timeout=3600]
      resources:
        limits:
          nvidia.com/gpu: 1
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: notebook
spec:
  containers:
    - name: notebook
      image: «quay.io/jupyter/pytorch-notebook:cuda12-python-3.12»
      args: [start-notebook.py]
      resources:
        limits:
          nvidia.com/gpu: 1
`,
  *check(pod, text) {
    // Whether Kubeflow's controller ends idle notebooks (ENABLE_CULLING) stands in no manifest of theirs.
    if (pod.partial || pod.life === "batch" || pod.life === "notebook") return;
    for (const container of pod.containers) {
      const at = nodeAt(container.node, "image");
      if (!at || container.init || acceleratorsOf(container) === 0) continue;
      if (!isNotebook(container)) continue;
      yield {
        at,
        message: `This notebook keeps its GPU when nobody uses it: ${CULL} ends idle kernels, and ${SHUTDOWN} the server after them.`,
        fixes: ending(container, text),
      };
    }
  },
};

/** A Jupyter server without a word about idleness; a script may well say it elsewhere. */
function isNotebook(container: PodContainer): boolean {
  const words = commandWords(container);
  if (words.some((word) => /cull_|shutdown_no_activity|--config/.test(word))) return false;
  const runs = words.some((word) =>
    /(?:^|\/)(?:jupyter(?:-(?:lab|notebook|server))?|start-notebook(?:\.py|\.sh)?)$/.test(word),
  );
  return runs || (words.length === 0 && IMAGE.test(container.image));
}

function ending(container: PodContainer, text: string): ProblemFix[] {
  const args = nodeAt(container.node, "args");
  // Arguments are added only where they are arguments of Jupyter itself.
  const words = commandWords(container);
  if (args?.kind !== "list" || args.items.length === 0 || words.some((word) => word === "-c")) return [];
  return [
    {
      title: "End it after an hour without use",
      edits: [`${CULL}=3600`, `${SHUTDOWN}=3600`].map((flag) => addItem(text, container.node, "args", flag)),
    },
  ];
}
