// LNT002: ports of a Service or container that can't be told apart.
import { podTemplates } from "../../kube/podTemplates.ts";
import { isNull, itemsOf, nodeAt, type SyntaxNode, textOf } from "../../syntax/node.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const lnt002: Rule = {
  id: "LNT002",
  title: "Several ports need a name each",
  severity: "error",
  why: "The API server refuses a Service with several ports unless each has a name of its own, and a container with two ports of one name.",
  source: "https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services",
  appliesTo: "object",
  good: `apiVersion: v1
kind: Service
metadata:
  name: llm
spec:
  selector: {app: llm}
  ports:
    - name: http
      port: 80
    - name: metrics
      port: 9090
`,
  bad: `apiVersion: v1
kind: Service
metadata:
  name: llm
spec:
  selector: {app: llm}
  ports:
    - name: http
      port: 80
    - «port: 9090»
`,
  *check(object) {
    if (object.kind === "Service" && object.group === "") {
      const ports = itemsOf(nodeAt(object.root, "spec", "ports"));
      yield* twice(ports, "Service");
      if (ports.length < 2) return;
      for (const port of ports)
        if (port.kind === "map" && isNull(nodeAt(port, "name")))
          yield {
            at: port,
            message: "A Service with several ports needs a name for each; the API server refuses this one.",
          };
      return;
    }
    for (const { containers } of podTemplates(object))
      for (const container of containers) yield* twice(itemsOf(nodeAt(container.node, "ports")), "container");
  },
};

function* twice(ports: readonly SyntaxNode[], what: string): Iterable<Problem> {
  const names = new Set<string>();
  for (const port of ports) {
    const at = nodeAt(port, "name");
    const name = textOf(at);
    if (!at || name === undefined) continue;
    if (names.has(name))
      yield { at, message: `Two ports of this ${what} are called "${name}"; the API server refuses that.` };
    names.add(name);
  }
}
