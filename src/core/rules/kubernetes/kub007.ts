// KUB007: an API that goes away.
import { replaceScalar } from "../../syntax/edit.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const kub007: Rule = {
  id: "KUB007",
  title: "A deprecated API should be left before it is removed",
  severity: "warning",
  why: "The API still works and the server warns of it; after an upgrade of the cluster, deployments that use it fail.",
  source: "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
  appliesTo: "schema",
  finds: "deprecated-api",
  good: `apiVersion: coordination.k8s.io/v1
kind: Lease
metadata:
  name: leader
spec:
  holderIdentity: me
`,
  bad: `apiVersion: «networking.k8s.io/v1beta1»
kind: IPAddress
metadata:
  name: 10.0.0.7
spec:
  parentRef:
    resource: services
    name: model
`,
  problem({ at, apiNode, kindNode, since, until, replacement }, { text }): Problem {
    const end = until === undefined ? "" : ` and gone in ${until}`;
    const use = replacement === undefined ? "" : `; use ${replacement}`;
    return {
      at,
      message: `${apiNode.text} ${kindNode.text} is deprecated since Kubernetes ${since}${end}${use}.`,
      fixes:
        replacement === undefined
          ? []
          : [{ title: `Use ${replacement}`, edits: [replaceScalar(text, apiNode, replacement)] }],
    };
  },
};
