// LNT006: a variable whose name says that a secret is in it.
import { itemsOf, nodeAt, textOf } from "../../syntax/node.ts";
import type { Rule } from "../rule.ts";
import { holdsKnownSecret, namesSecret } from "../secrets.ts";

export const lnt006: Rule = {
  id: "LNT006",
  title: "A password is taken from a Secret",
  severity: "warning",
  aliases: ["env-var-secret"],
  secret: true,
  why: "Whoever can read the manifest, its history or the pod can read the password. A Secret is kept apart from the code and can be replaced without touching it.",
  source: "https://kubernetes.io/docs/concepts/configuration/secret/",
  appliesTo: "pod",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: tracking
spec:
  containers:
    - name: tracking
      image: registry.example/tracking:1
      env:
        - name: DB_PASSWORD
          valueFrom:
            secretKeyRef:
              name: tracking
              key: password
        - name: DB_PASSWORD_FILE
          value: /run/secrets/password
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: tracking
spec:
  containers:
    - name: tracking
      image: registry.example/tracking:1
      env:
        - name: DB_PASSWORD
          value: «correct-horse»
`,
  *check(pod) {
    for (const container of pod.containers)
      for (const item of itemsOf(nodeAt(container.node, "env"))) {
        const [name, at] = [textOf(nodeAt(item, "name")), nodeAt(item, "value")];
        const value = textOf(at);
        // Those of the trade are told of by SRV007.
        if (!at || name === undefined || value === undefined || holdsKnownSecret(name, value)) continue;
        if (namesSecret(name, value))
          yield {
            at,
            message: `${name} says that this is a secret, and it is written out here; take it from a Secret.`,
          };
      }
  },
};
