// LNT003: a Service that sends to a port that its pods do not have.
import { labelsOf } from "../../kube/labels.ts";
import { groupOf } from "../../kube/apiVersion.ts";
import type { PortFacts } from "../../kube/objectFacts.ts";
import { nearest } from "../../syntax/nearest.ts";
import { isNull, itemsOf, nodeAt, numberOf, type SyntaxNode, textOf } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const lnt003: Rule = {
  id: "LNT003",
  title: "A Service must send to a port that its pods have",
  severity: "warning",
  why: "Where a targetPort is a name that no container's ports have, the Service has no endpoints. Where it is a number that nobody listens on, connections are refused.",
  source: "https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports",
  appliesTo: "set",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: llm
  labels: {app: llm}
spec:
  containers:
    - name: llm
      image: registry.example/llm:1
      ports:
        - name: http
          containerPort: 8000
---
apiVersion: v1
kind: Service
metadata:
  name: llm
spec:
  selector: {app: llm}
  ports:
    - port: 80
      targetPort: http
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: llm
  labels: {app: llm}
spec:
  containers:
    - name: llm
      image: registry.example/llm:1
      ports:
        - name: http
          containerPort: 8000
---
apiVersion: v1
kind: Service
metadata:
  name: llm
spec:
  selector: {app: llm}
  ports:
    - port: 80
      targetPort: «https»
`,
  *check({ object }, set) {
    if (object.kind !== "Service" || object.group !== "") return;
    const spec = nodeAt(object.root, "spec");
    const equal = labelsOf(nodeAt(spec, "selector"));
    if (Object.keys(equal).length === 0) return;
    const picked = set.picked({ equal, expressions: [] }, object.namespace);
    if (!picked.some((facts) => set.isNear(facts, object.namespace))) return;
    const ports = picked.flatMap((facts) => facts.ports ?? []);
    // An operator may give its pods ports of its own.
    const groups = picked.map(({ apiVersion }) => groupOf(apiVersion));
    if (groups.some((group) => group !== "" && group !== "apps" && group !== "batch")) return;
    const wanted = itemsOf(nodeAt(spec, "ports"));
    for (const port of wanted) yield* target(port, ports, wanted.length === 1);
  },
};

function* target(port: SyntaxNode, ports: readonly PortFacts[], alone: boolean): Iterable<Problem> {
  const written = nodeAt(port, "targetPort");
  const place = isNull(written) ? nodeAt(port, "port") : written;
  const number = numberOf(place);
  if (!place) return;
  if (number !== undefined) {
    // A container need not say what it listens on: only where both sides have one port, another number is odd.
    const known = new Set(ports.flatMap((one) => one.number ?? []));
    const [numbers] = known;
    if (!alone || known.size !== 1 || known.has(number)) return;
    yield {
      at: place,
      severity: "information",
      message: `The pods say that they listen on ${numbers ?? ""}, and this Service sends to ${number}${isNull(written) ? " (targetPort is not set)" : ""}.`,
    };
    return;
  }
  const name = textOf(written);
  if (name === undefined || /[$<>{%@]/.test(name) || /^\d+$/.test(name)) return;
  const names = ports.flatMap((one) => one.name ?? []);
  if (names.includes(name)) return;
  const meant = nearest(name, names);
  yield {
    at: place,
    message: `No container of the selected pods has a port called "${name}"${meant ? `; "${meant}" may be meant` : ""}: the Service has no endpoints for it.`,
  };
}
