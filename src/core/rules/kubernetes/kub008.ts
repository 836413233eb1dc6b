// KUB008: a name, label, key or address that is not written as Kubernetes has it.
import { betterName, NAME_WORDS } from "../../kube/schema/names.ts";
import { replaceScalar } from "../../syntax/edit.ts";
import type { Problem } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const kub008: Rule = {
  id: "KUB008",
  title: "Names, labels, keys and addresses must be written as Kubernetes has them",
  severity: "error",
  aliases: ["invalid-target-ports"],
  why: "The API server refuses an object with a name, label, key, port name or address of another form: most names have no capital letters and no underscore.",
  source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
  appliesTo: "schema",
  finds: "bad-name",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: my-model
  labels:
    team: nlp_research
spec:
  containers:
    - name: server
      image: registry.example/model:1
      ports:
        - name: http-metrics
          containerPort: 8000
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: «My_Model»
  labels:
    team: «NLP research»
spec:
  containers:
    - name: «Server»
      image: registry.example/model:1
      ports:
        - name: «prometheus-metrics»
          containerPort: 8000
`,
  problem({ at, path, node, format, key }, { text }): Problem {
    const better = betterName(node.text, format);
    const meant = better === undefined ? "" : ` Did you mean ${better}?`;
    const what = key ? `The key ${node.text} in ${path.replace(/(?:\.[\w-]+|\[[^[\]]*\])$/, "")}` : path;
    return {
      at,
      message: `${what} must be ${NAME_WORDS[format]}; the API server refuses another.${meant}`,
      fixes:
        better === undefined
          ? []
          : [{ title: `Write ${better}`, edits: [replaceScalar(text, node, better)] }],
    };
  },
};
