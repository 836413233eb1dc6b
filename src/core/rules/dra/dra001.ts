// DRA001: claims of devices that the pod can use, and requests that the API server reads.
import { isNvidiaGpu } from "../../gpu/resources.ts";
import type { ObjectSet, SetObject } from "../../kube/objectSet.ts";
import { type PodTemplate, resourceEntries } from "../../kube/podTemplates.ts";
import { entryOf, isNull, itemsOf, nodeAt, type SyntaxNode, textOf } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

const GROUP = "resource.k8s.io";
const GPU_CLASS = /^(?:gpu|mig)\.nvidia\.com$/;

export const dra001: Rule = {
  id: "DRA001",
  title: "A device claim must name what is there",
  severity: "error",
  why: "A container can use only claims that its pod lists, and each of those names a claim or a template; the API server refuses anything else. A GPU by a claim and one by a limit are two GPUs.",
  source: "https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/",
  appliesTo: "set",
  good: `apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata:
  name: one-gpu
spec:
  spec:
    devices:
      requests:
        - name: gpu
          exactly:
            deviceClassName: gpu.nvidia.com
---
apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  resourceClaims:
    - name: gpu
      resourceClaimTemplateName: one-gpu
  containers:
    - name: train
      image: registry.example/train:1
      resources:
        claims:
          - name: gpu
`,
  bad: `apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata:
  name: one-gpu
spec:
  spec:
    devices:
      requests:
        - name: gpu
          exactly:
            deviceClassName: gpu.nvidia.com
            allocationMode: All
            «count»: 2
---
apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  resourceClaims:
    - name: gpu
      resourceClaimTemplateName: one-gpu
  containers:
    - name: train
      image: registry.example/train:1
      resources:
        claims:
          - name: «gpus»
`,
  *check(item, set) {
    const { object, pods } = item;
    if (object.group === GROUP) yield* requests(item);
    for (const pod of pods) {
      if (pod.partial) continue;
      yield* claims(pod, object.namespace, set);
      yield* uses(pod, object.namespace, set);
    }
  },
};

function* requests({ object }: SetObject): Iterable<Problem> {
  const { kind, root } = object;
  const spec = kind === "ResourceClaimTemplate" ? nodeAt(root, "spec", "spec") : nodeAt(root, "spec");
  if (kind !== "ResourceClaim" && kind !== "ResourceClaimTemplate") return;
  for (const request of itemsOf(nodeAt(spec, "devices", "requests"))) {
    // Older versions have these fields beside the name; that each is where its version has it is a matter of schemas.
    const chosen = nodeAt(request, "exactly") ?? request;
    const count = entryOf(chosen, "count");
    if (count && textOf(nodeAt(chosen, "allocationMode")) === "All")
      yield {
        at: count.key,
        message: "With allocationMode: All there is no count: the API server refuses both together.",
      };
  }
}

/** The pod's list of claims. */
function* claims(pod: PodTemplate, namespace: string | undefined, set: ObjectSet): Iterable<Problem> {
  for (const claim of itemsOf(nodeAt(pod.spec, "resourceClaims"))) {
    const [own, template] = [nodeAt(claim, "resourceClaimName"), nodeAt(claim, "resourceClaimTemplateName")];
    const source = entryOf(claim, "source");
    const name = nodeAt(claim, "name");
    if (source)
      yield {
        at: source.key,
        severity: "warning",
        message:
          'Kubernetes 1.31 took "source" out: write resourceClaimTemplateName or resourceClaimName beside the name.',
      };
    else if (name && isNull(own) === isNull(template))
      yield {
        at: name,
        message: isNull(own)
          ? "This claim needs a resourceClaimName or a resourceClaimTemplateName."
          : "This claim has both a resourceClaimName and a resourceClaimTemplateName: keep one of the two.",
      };
    yield* missing(template, "ResourceClaimTemplate", namespace, set);
    yield* missing(own, "ResourceClaim", namespace, set);
  }
}

/** A name that is nearly that of a claim in this file. */
function* missing(
  node: SyntaxNode | undefined,
  kind: string,
  namespace: string | undefined,
  set: ObjectSet,
): Iterable<Problem> {
  const name = textOf(node);
  if (!node || name === undefined || set.named(GROUP, kind, name, namespace)) return;
  const meant = set.nearestName(GROUP, kind, name, namespace);
  if (meant)
    yield {
      at: node,
      severity: "information",
      message: `There is no ${kind} "${name}" here; "${meant}" may be meant.`,
    };
}

/** What the containers name of it. */
function* uses(pod: PodTemplate, namespace: string | undefined, set: ObjectSet): Iterable<Problem> {
  const listed = itemsOf(nodeAt(pod.spec, "resourceClaims"));
  const names = listed.flatMap((claim) => textOf(nodeAt(claim, "name")) ?? []);
  for (const container of pod.containers) {
    const used = itemsOf(nodeAt(container.node, "resources", "claims"));
    for (const use of used) {
      const at = nodeAt(use, "name");
      const name = textOf(at);
      if (!at || name === undefined || names.includes(name)) continue;
      const known = names.length > 0 ? `it lists ${names.join(", ")}` : "it lists none";
      yield {
        at,
        message: `The pod's resourceClaims have no "${name}" (${known}): the API server refuses that.`,
      };
    }
    const limit = resourceEntries(container, "limits").find(
      ({ key, value }) => isNvidiaGpu(key.text) && textOf(value) !== "0",
    );
    const claimed = used.some((use) => {
      const claim = listed.find((one) => textOf(nodeAt(one, "name")) === textOf(nodeAt(use, "name")));
      return claim !== undefined && claimsGpu(claim, namespace, set);
    });
    if (limit && claimed)
      yield {
        at: limit.key,
        severity: "warning",
        message: `This container gets a GPU by its claim and another by ${limit.key.text}: ask for it in one way.`,
      };
  }
}

function claimsGpu(claim: SyntaxNode, namespace: string | undefined, set: ObjectSet): boolean {
  const template = textOf(nodeAt(claim, "resourceClaimTemplateName"));
  const name = template ?? textOf(nodeAt(claim, "resourceClaimName"));
  if (name === undefined) return false;
  const kind = template === undefined ? "ResourceClaim" : "ResourceClaimTemplate";
  const found = set.ownNamed(GROUP, kind, name, namespace);
  const spec = nodeAt(found?.object.root, "spec");
  return itemsOf(nodeAt(template === undefined ? spec : nodeAt(spec, "spec"), "devices", "requests")).some(
    (request) =>
      GPU_CLASS.test(
        textOf(nodeAt(request, "exactly", "deviceClassName") ?? nodeAt(request, "deviceClassName")) ?? "",
      ),
  );
}
