// The outline, the folds and the references of a file, as the editor shows them.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { folds } from "../../../src/core/language/folding.ts";
import { outline, type OutlineItem } from "../../../src/core/language/outline.ts";
import { fileObjects, meant } from "../../../src/core/language/references.ts";
import { mutate, randomFrom } from "../rules/mutate.ts";

const manifest = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: llm
  namespace: ml
spec:
  replicas: 2
  template:
    metadata:
      labels:
        app: llm
    spec:
      serviceAccountName: runner
      containers:
        - name: vllm
          image: vllm/vllm-openai:v0.11.0
          ports:
            - name: http
              containerPort: 8000
          envFrom:
            - secretRef:
                name: keys
      volumes:
        - name: cache
          persistentVolumeClaim:
            claimName: weights
---
apiVersion: v1
kind: Service
metadata:
  name: llm
  namespace: ml
spec:
  selector:
    app: llm
`;
const dockerfile = `ARG VERSION=1
# Builds.
# In two lines.
FROM nvidia/cuda:12.8.0-devel-ubuntu24.04 AS build
RUN make \\
  && make install

FROM nvidia/cuda:12.8.0-runtime-ubuntu24.04
COPY --from=build /a /b
CMD ["serve"]
`;

function tree(items: readonly OutlineItem[], text: string, indent = ""): string[] {
  return items.flatMap((item) => [
    `${indent}${item.name}${item.detail === "" ? "" : ` | ${item.detail}`} @${text.slice(item.at.start, item.at.end).split("\n")[0]}`,
    ...tree(item.children, text, `${indent}  `),
  ]);
}

describe("an outline", () => {
  it("of a manifest has its objects, and in them containers, ports and keys", () => {
    const lines = tree(outline("a.yaml", manifest), manifest);
    for (const line of [
      "Deployment llm | ml @llm",
      "  spec @spec",
      "    replicas | 2 @replicas",
      "          vllm | vllm/vllm-openai:v0.11.0 @vllm",
      "              http | 8000 @http",
      "Service llm | ml @llm",
    ])
      assert.ok(lines.includes(line), `${line}\nin\n${lines.join("\n")}`);
  });

  it("of a Dockerfile has its stages and their instructions", () => {
    assert.deepEqual(tree(outline("Dockerfile", dockerfile), dockerfile), [
      "ARG | VERSION=1 @ARG",
      "build | nvidia/cuda:12.8.0-devel-ubuntu24.04 @FROM nvidia/cuda:12.8.0-devel-ubuntu24.04 AS build",
      "  RUN | make && make install @RUN",
      "final stage | nvidia/cuda:12.8.0-runtime-ubuntu24.04 @FROM nvidia/cuda:12.8.0-runtime-ubuntu24.04",
      "  COPY | --from=build /a /b @COPY",
      '  CMD | ["serve"] @CMD',
    ]);
  });

  it("of a Compose file has its services", () => {
    const compose = "services:\n  train:\n    image: a:1\n";
    assert.deepEqual(tree(outline("compose.yaml", compose), compose), [
      "services @services",
      "  train @train",
      "    image | a:1 @image",
    ]);
  });

  it("has no place outside of what holds it, whatever the text", function () {
    this.timeout(20_000);
    const within = (items: readonly OutlineItem[], start: number, end: number): void => {
      for (const { whole, at, children } of items) {
        assert.ok(start <= whole.start && whole.end <= end, "whole");
        assert.ok(whole.start <= at.start && at.end <= whole.end, "at");
        within(children, whole.start, whole.end);
      }
    };
    for (const [path, seed] of [
      ["a.yaml", manifest],
      ["Dockerfile", dockerfile],
      ["compose.yaml", "services:\n  a: &x {image: b}\n  c: *x\n"],
    ] as const) {
      for (let turn = 1; turn <= 300; turn++) {
        const text = mutate(seed, randomFrom(turn));
        within(outline(path, text), 0, text.length);
        for (const { first, last } of folds(path, text)) assert.ok(first < last);
        fileObjects(text);
      }
    }
  });
});

describe("folds", () => {
  it("are documents, stages, instructions of several lines and comments", () => {
    const shown = folds("Dockerfile", dockerfile).map(({ first, last, isComment }) => [
      first,
      last,
      isComment,
    ]);
    assert.deepEqual(shown, [
      [3, 5, false],
      [7, 9, false],
      [4, 5, false],
      [1, 2, true],
    ]);
    const [one, two] = folds("a.yaml", manifest);
    assert.deepEqual([one?.first, one?.last, two?.last], [0, 25, 34]);
  });
});

describe("references between objects", () => {
  const { definitions, references } = fileObjects(manifest);
  const others = fileObjects(`apiVersion: v1
kind: Secret
metadata: {name: keys}
---
apiVersion: v1
kind: Secret
metadata: {name: keys, namespace: other}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: weights, namespace: ml}
`).definitions;

  it("are found by name, in a namespace that may be the same", () => {
    const shown = references.map((reference) => {
      const text = manifest.slice(reference.at.start, reference.at.end);
      const found = meant(reference, [...definitions, ...others]);
      return `${text} -> ${found.map(({ kind, name, namespace }) => `${kind} ${namespace ?? "?"}/${name}`).join(", ")}`;
    });
    assert.deepEqual(shown, [
      "weights -> PersistentVolumeClaim ml/weights",
      "runner -> ",
      "keys -> Secret ?/keys",
      "llm -> Deployment ml/llm",
    ]);
  });

  it("follow a mesh's host, a scaler's target and a queue's name", () => {
    const text = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: ml}
spec: {http: [{route: [{destination: {host: llm.ml.svc.cluster.local}}]}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: b, namespace: ml}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: llm}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: c, labels: {kueue.x-k8s.io/queue-name: team}}
`;
    const queue = fileObjects(
      "apiVersion: kueue.x-k8s.io/v1beta1\nkind: LocalQueue\nmetadata: {name: team}\n",
    ).definitions;
    const found = fileObjects(text).references.map((one) =>
      meant(one, [...definitions, ...queue])
        .map(({ kind, name }) => `${kind} ${name}`)
        .join(),
    );
    assert.deepEqual(found, ["Service llm", "Deployment llm", "LocalQueue team"]);
  });
});
