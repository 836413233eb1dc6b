// SRV007: a token in plain sight.
import { entryOf, itemsOf, type MapNode, nodeAt, textOf } from "../../syntax/node.ts";
import { lineStart } from "../../syntax/edit.ts";
import type { TextEdit } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";
import { holdsKnownSecret } from "../secrets.ts";

export const srv007: Rule = {
  id: "SRV007",
  title: "Tokens and keys belong in a Secret",
  severity: "error",
  aliases: ["env-var-secret"],
  why: "Whoever can read the manifest, its history or the pod can read the token. A Secret is kept apart from the code and can be replaced without touching it; a token that was committed must be revoked.",
  source: "https://kubernetes.io/docs/concepts/configuration/secret/",
  appliesTo: "pod",
  secret: true,
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      env:
        - name: HF_TOKEN
          valueFrom:
            secretKeyRef:
              name: hf-token
              key: HF_TOKEN
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      env:
        - name: HF_TOKEN
          value: «hf_notARealTokenButShapedLikeOne00000»
`,
  *check(pod, text) {
    for (const container of pod.containers) {
      for (const item of itemsOf(nodeAt(container.node, "env"))) {
        const name = textOf(nodeAt(item, "name"));
        const entry = entryOf(item, "value");
        const value = textOf(entry?.value);
        if (item.kind !== "map" || name === undefined || !entry || value === undefined) continue;
        if (!holdsKnownSecret(name, value)) continue;
        const secret = secretName(name);
        yield {
          at: entry.value,
          message: `The secret in ${name} is written out here; take it from a Secret, and revoke it if this file was ever shared.`,
          fixes: entry.merged
            ? []
            : [
                {
                  title: `Take ${name} from the Secret "${secret}"`,
                  edits: [reference(text, item, name, secret)],
                },
              ],
        };
      }
    }
  },
};

function reference(text: string, item: MapNode, name: string, secret: string): TextEdit {
  const entry = entryOf(item, "value");
  if (!entry) return { start: item.start, end: item.start, text: "" };
  const { start } = entry.key;
  const flow = `valueFrom: {secretKeyRef: {name: ${secret}, key: ${name}}}`;
  if (item.flow) return { start, end: entry.value.end, text: flow };
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const indent = " ".repeat(start - lineStart(text, start));
  const lines = [
    "valueFrom:",
    `${indent}  secretKeyRef:`,
    `${indent}    name: ${secret}`,
    `${indent}    key: ${name}`,
  ];
  // A block scalar's end lies behind its last line break, which stays.
  const block = text[entry.value.end - 1] === "\n";
  return { start, end: entry.value.end, text: lines.join(eol) + (block ? eol : "") };
}

/** `HF_TOKEN` is kept in the Secret `hf-token`. */
function secretName(variable: string): string {
  const name = variable.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return name.replace(/^-+|-+$/g, "") || "token";
}
