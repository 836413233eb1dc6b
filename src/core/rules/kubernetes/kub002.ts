// KUB002: a value of another type than the field has.
import type { WrongType } from "../../kube/schema/fault.ts";
import type { Schema } from "../../kube/schema/schema.ts";
import type { Problem, ProblemFix } from "../../syntax/problem.ts";
import type { Rule } from "../rule.ts";

export const kub002: Rule = {
  id: "KUB002",
  title: "A value must have the type of its field",
  severity: "error",
  why: "The API server can't read an object in which a number stands where text belongs, or the other way round. Unquoted yes, on, 1.10 and 0755 are no text in YAML.",
  source: "https://kubernetes.io/docs/reference/kubernetes-api/",
  appliesTo: "schema",
  finds: "wrong-type",
  good: `apiVersion: v1
kind: Pod
metadata:
  name: train
  labels:
    version: "1.10"
spec:
  priority: 3
  containers:
    - name: train
      image: registry.example/train:1
      command: [python, train.py]
      env:
        - name: EPOCHS
          value: "10"
`,
  bad: `apiVersion: v1
kind: Pod
metadata:
  name: train
  labels:
    version: «1.10»
spec:
  priority: «"3"»
  containers:
    - name: train
      image: registry.example/train:1
      command: «python»
      env:
        - name: EPOCHS
          value: «10»
`,
  problem(fault): Problem {
    const { at, path, wanted, got } = fault;
    const fix = fixOf(fault);
    const hint = fix ? ` ${fix.hint}` : "";
    return {
      at,
      message: `${path} must be ${wordsOf(wanted)}, and this is ${GOT[got]}.${hint}`,
      fixes: fix ? [{ title: fix.title, edits: fix.edits }] : [],
    };
  },
};

const GOT: Readonly<Record<WrongType["got"], string>> = {
  text: "text",
  number: "a number",
  boolean: "true or false",
  nothing: "empty",
  list: "a list",
  map: "a map",
};

function wordsOf(schema: Schema): string {
  switch (schema.type) {
    case "string":
      return "text";
    case "integer":
      return "a whole number";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    case "integer-or-string":
      return "a whole number or text";
    case "quantity":
      return "a quantity such as 500m or 2Gi";
    case "list":
      return "a list";
    default:
      return "a map";
  }
}

function fixOf({ wanted, node, got }: WrongType): (ProblemFix & { hint: string }) | undefined {
  if (node.kind !== "scalar") return undefined;
  const replaced = (text: string) => [{ start: node.start, end: node.end, text }];
  if (wanted.type === "list") {
    if (wanted.items.type !== "string") return undefined;
    return {
      title: "Make it a list",
      hint: "Put it in brackets.",
      edits: replaced(`[${got === "text" && !node.plain ? JSON.stringify(node.text) : flowItem(node.text)}]`),
    };
  }
  const takesText =
    wanted.type === "string" || wanted.type === "integer-or-string" || wanted.type === "quantity";
  if (takesText && (got === "number" || got === "boolean") && wanted.type !== "quantity")
    return {
      title: "Put it in quotes",
      hint: "Put it in quotes.",
      edits: replaced(JSON.stringify(node.text)),
    };
  const number = wanted.type === "integer" || wanted.type === "number";
  const unquoted =
    (number && /^-?(?:0|[1-9]\d{0,14})$/.test(node.text)) ||
    (wanted.type === "boolean" && /^(?:true|false)$/.test(node.text));
  if (!unquoted || node.plain) return undefined;
  return { title: "Write it without quotes", hint: "Write it without quotes.", edits: replaced(node.text) };
}

/** As an item in brackets: quoted where it could be taken for something else. */
function flowItem(text: string): string {
  return /^[A-Za-z/][\w./-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
