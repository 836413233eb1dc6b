// KUB005: text or a number that is not written as its field wants it.
import { replaceScalar } from "../../syntax/edit.ts";
import type { BadFormat } from "../../kube/schema/fault.ts";
import type { Problem, ProblemFix } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const kub005: Rule = {
  id: "KUB005",
  title: "Numbers, quantities, times and encoded data must be well formed and in range",
  severity: "error",
  why: "The API server refuses an object with a number out of range, or with a quantity, time or base64 text that it can't read.",
  source: "https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/",
  appliesTo: "schema",
  finds: "bad-format",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      resources:
        limits:
          memory: 16Gi
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
spec:
  containers:
    - name: train
      image: registry.example/train:1
      resources:
        limits:
          memory: «16GiB»
`,
  problem(fault, { text }): Problem {
    const { at, path } = fault;
    return { at, message: `${path} ${messageOf(fault)}`, fixes: fixesOf(fault, text) };
  },
};

function messageOf({ format, schema }: BadFormat): string {
  switch (format) {
    case "quantity":
      return "is no quantity: write a number and, if any, one of m, k, M, G, T, Ki, Mi, Gi, Ti, such as 500m or 16Gi.";
    case "base64":
      return "must be base64, and this is not; plain text goes into stringData of a Secret or data of a ConfigMap.";
    case "time":
      return "must be a time such as 2026-01-31T08:00:00Z.";
    case "micro-time":
      return "must be a time with six decimals, such as 2026-01-31T08:00:00.000000Z.";
    case "duration":
      return "must be a duration such as 90s or 1h30m.";
    case "range":
      return `is out of range: the field holds ${schema.format === "int64" ? 64 : 32} bits.`;
    case "bounds":
      return `is out of range: ${boundsWords(schema)}.`;
    case "length":
      return `is too ${schema.minLength === undefined ? "long" : "short or too long"} for its resource definition.`;
    case "pattern":
      return `does not match the pattern of its resource definition: ${schema.pattern?.source ?? ""}.`;
  }
}

function boundsWords({ minimum, maximum }: BadFormat["schema"]): string {
  if (minimum !== undefined && maximum !== undefined) return `it must be from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `it must be ${minimum} or more`;
  return `it must be ${maximum} or less`;
}

function fixesOf({ format, node }: BadFormat, text: string): ProblemFix[] {
  if (format === "quantity") {
    const better = betterQuantity(node.text);
    if (better === undefined) return [];
    return [{ title: `Write ${better}`, edits: [replaceScalar(text, node, better)] }];
  }
  // Text in a block goes over several lines, and its edit would have to as well.
  if (format !== "base64" || text[node.start] === "|" || text[node.start] === ">") return [];
  const encoded = encodeBase64(node.text);
  return [{ title: "Encode it as base64", edits: [replaceScalar(text, node, encoded)] }];
}

/** `16GiB`, `16gb`, `4 Gi`, `100K` as Kubernetes writes them. */
function betterQuantity(text: string): string | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([KMGTPE])(i?)B?$/i.exec(text.trim());
  if (!match) return undefined;
  const [, digits = "", unit = "", binary = ""] = match;
  const letter = unit.toUpperCase();
  if (binary !== "") return `${digits}${letter}i`;
  return `${digits}${letter === "K" ? "k" : letter}`;
}

function encodeBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
