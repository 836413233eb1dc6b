// KUB003: a field that must be there.
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const kub003: Rule = {
  id: "KUB003",
  title: "What the API server insists on must be there",
  severity: "error",
  why: "The API server refuses an object without it. Patches are left alone: what they lack is in their base.",
  source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/#required-fields",
  appliesTo: "schema",
  finds: "missing-field",
  good: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: model
spec:
  selector:
    matchLabels:
      app: model
  template:
    metadata:
      labels:
        app: model
    spec:
      containers:
        - name: model
          image: registry.example/model:1
`,
  bad: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: model
«spec»:
  template:
    metadata:
      labels:
        app: model
    spec:
      containers:
        - «image»: registry.example/model:1
`,
  problem({ at, path, certain }, { kind }): Problem {
    if (!certain) {
      const message = `${path} is missing, which a ${kind} needs as far as Slipway knows.`;
      return { at, message, severity: "warning" };
    }
    return { at, message: `${path} is missing, and the API server refuses a ${kind} without it.` };
  },
};
