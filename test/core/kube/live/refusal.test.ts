// Where in a manifest an API server means, by each of the ways in which it says so.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { refusalProblems, warningProblem } from "../../../../src/core/kube/live/refusal.ts";
import { type SetObject, setObject } from "../../../../src/core/kube/objectSet.ts";
import { objectNodes } from "../../../../src/core/kube/objectNodes.ts";
import { podTemplates } from "../../../../src/core/kube/podTemplates.ts";
import { parseYaml } from "../../../../src/core/syntax/yaml.ts";

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: llm
  labels:
    app.kubernetes.io/name: llm
spec:
  replicas: 1
  template:
    spec:
      nodeSelector:
        nvidia.com/gpu.product: A100
      containers:
        - name: main
          image: "a b"
          resources:
            limits:
              nvidia.com/gpu: 2
            requests:
              cpu: 2
          ports:
            - containerPort: 80
              name: http
        - name: side
          image: side:1
          securityContext: {}
`;

function read(text: string): SetObject {
  const [document] = parseYaml(text);
  const [object] = objectNodes(document?.root);
  assert.ok(object);
  return setObject(object, podTemplates(object), text, "");
}

const shown = (text: string, { at, message }: { at: { start: number; end: number }; message: string }) =>
  `${text.slice(at.start, at.end)} | ${message}`;

function refused(message: string, ...causes: [string, string][]): string[] {
  const refusal = { message, causes: causes.map(([field, cause]) => ({ field, message: cause })) };
  return refusalProblems(read(deployment), refusal).map((problem) => shown(deployment, problem));
}

describe("what a server refuses", () => {
  it("stands at the value of the field that a cause names", () => {
    assert.deepEqual(
      refused(
        "Deployment is invalid",
        ["spec.template.spec.containers[0].image", 'Invalid value: "a b": must not have whitespace'],
        ["metadata.labels[app.kubernetes.io/name]", "Invalid value"],
        ["spec.template.spec.containers[0].resources.limits[nvidia.com/gpu]", "must be an integer"],
        ["spec.template.spec.containers[1]", "Duplicate value"],
      ),
      [
        '"a b" | Invalid value: "a b": must not have whitespace.',
        "llm | Invalid value.",
        "2 | must be an integer.",
        "side | Duplicate value.",
      ],
    );
  });

  it("stands where the field would be when it is not there, and names it", () => {
    assert.deepEqual(refused("", ["spec.selector", "Required value"]), [
      "spec | spec.selector: Required value.",
    ]);
    assert.deepEqual(
      refused("", ["spec.template.spec.containers[0].livenessProbe.httpGet.path", "Required value"]),
      ["main | spec.template.spec.containers[0].livenessProbe.httpGet.path: Required value."],
    );
  });

  it("stands at the name where the server names no field of the object", () => {
    assert.deepEqual(refused('admission webhook "gpu.example" denied the request: not today'), [
      'llm | admission webhook "gpu.example" denied the request: not today.',
    ]);
    assert.deepEqual(refused("", ["status.nothing", "odd"]), ["llm | status.nothing: odd."]);
  });

  it("stands at the field that a sentence of a policy names", () => {
    assert.deepEqual(
      refused(
        'admission webhook "x" denied the request: spec.template.spec.containers[1].image: use a digest',
      ),
      [
        'side:1 | admission webhook "x" denied the request: spec.template.spec.containers[1].image: use a digest.',
      ],
    );
  });

  it("is taken apart where a decoder or a merge found several", () => {
    assert.deepEqual(
      refused(
        'strict decoding error: unknown field "spec.replica", unknown field "spec.template.spec.nodeSelector.x"',
      ),
      [
        'spec | unknown field "spec.replica".',
        'nodeSelector | unknown field "spec.template.spec.nodeSelector.x".',
      ],
    );
    assert.deepEqual(
      refused(
        'failed to create typed patch object (ml/llm; apps/v1, Kind=Deployment): errors:\n  .spec.replicas: expected numeric (int or float), got string\n  .spec.template.spec.containers[name="side"].securityContext.x: field not declared in schema',
      ),
      [
        "1 | .spec.replicas: expected numeric (int or float), got string.",
        'securityContext | .spec.template.spec.containers[name="side"].securityContext.x: field not declared in schema.',
      ],
    );
  });

  it("stands at the resource that a quota or a LimitRange speaks of", () => {
    assert.deepEqual(
      refused(
        'pods "x" is forbidden: exceeded quota: gpus, requested: requests.nvidia.com/gpu=2, used: requests.nvidia.com/gpu=3, limited: requests.nvidia.com/gpu=4',
      ).map((one) => one.slice(0, 3)),
      ["2 |"],
    );
    assert.deepEqual(
      refused('pods "x" is forbidden: minimum cpu usage per Container is 3, but request is 2').map((one) =>
        one.slice(0, 3),
      ),
      ["2 |"],
    );
    assert.deepEqual(
      refused("failed quota: q: must specify memory for: main").map((one) => one.slice(0, 6)),
      ["main |"],
    );
  });

  it("stands at the container that Pod Security names", () => {
    const message =
      'pods "x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "side" must set securityContext.allowPrivilegeEscalation=false)';
    assert.match(refused(message)[0] ?? "", /^side \| pods/);
  });
});

describe("what a server says of secrets", () => {
  const secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: token\ndata:\n  key: hunter2\n";

  it("is told without the values", () => {
    const said = refusalProblems(read(secret), {
      message: "",
      causes: [
        { field: "data[key]", message: 'Invalid value: "hunter2": must be base64' },
        { field: "type", message: "Unsupported value: hunter2: supported values: Opaque" },
      ],
    });
    assert.deepEqual(
      said.map(({ message }) => message),
      [
        "data[key]: Invalid value: (not shown): must be base64.",
        "type: Unsupported value: (not shown): supported values: Opaque.",
      ],
    );
    for (const { at } of said) assert.equal(secret.slice(at.start, at.end), "token");
    const warned = warningProblem(read(secret), 'data.key: Invalid value: "hunter2": odd');
    assert.equal(warned.message, "data.key: Invalid value: (not shown): odd.");
  });

  it("nor with the whole object, which some refusals write down", () => {
    const dump =
      'Invalid value: core.PodTemplateSpec{ObjectMeta:v1.ObjectMeta{Name:""}, Spec:core.PodSpec{Env:[]core.EnvVar{core.EnvVar{Value:"hunter2"}}}}: field is immutable';
    assert.deepEqual(refused("", ["spec.template", dump]), [
      "template | Invalid value: (not shown): field is immutable.",
    ]);
    const json = 'Invalid value: {"token":"hunter2"}: must be a string';
    assert.deepEqual(refused("", ["spec.template", json]), [
      "template | Invalid value: (not shown): must be a string.",
    ]);
    const difference =
      'Forbidden: pod updates may not change fields other than `spec.containers[*].image`\n  core.PodSpec{\n- Value: "hunter2",\n+ Value: "hunter3",\n  }\n';
    const [said = ""] = refused("", ["spec.template.spec", difference]);
    assert.match(
      said,
      /\| Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`\.$/,
    );
    const [long = ""] = refused(`denied: ${"x".repeat(5_000)}`);
    assert.ok(long.length < 700);
  });

  it("nor with what stands in the environment of a container", () => {
    const [said] = refused("", [
      "spec.template.spec.containers[0].env[0].value",
      'Invalid value: "hunter2": odd',
    ]);
    assert.doesNotMatch(said ?? "", /hunter2/);
  });
});
