// What helm prints, and from a line of it back to the template.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { helmFailure, renderedTemplates } from "../../../src/core/kube/helmOutput.ts";
import { TemplateLines } from "../../../src/core/kube/templateLines.ts";
import { renderedFindings } from "../../../src/core/rules/renderedFindings.ts";
import type { Finding } from "../../../src/core/syntax/finding.ts";
import { Lines } from "../../../src/core/syntax/lines.ts";
import { cpuMs } from "../../support/cpuTime.ts";

describe("renderedTemplates", () => {
  it("gives each template its documents", () => {
    const output = `---
# Source: web/templates/a.yaml
a: 1
---
# Source: web/charts/db/templates/b.yaml
b: |
  ---
  not a mark
---
# Source: web/templates/a.yaml
a: 2
`;
    assert.deepEqual(renderedTemplates(output), [
      {
        source: "web/templates/a.yaml",
        text: "---\n# Source: web/templates/a.yaml\na: 1\n---\n# Source: web/templates/a.yaml\na: 2\n",
      },
      {
        source: "web/charts/db/templates/b.yaml",
        text: "---\n# Source: web/charts/db/templates/b.yaml\nb: |\n  ---\n  not a mark",
      },
    ]);
    assert.deepEqual(renderedTemplates(""), []);
    assert.deepEqual(renderedTemplates("Pulled: x\n# Source: a\n"), []);
  });
});

describe("helmFailure", () => {
  // As helm 3.19 wrote them.
  const cases: [string, ReturnType<typeof helmFailure>][] = [
    [
      "Error: parse error at (web/templates/a.yaml:2): unclosed action started at web/templates/a.yaml:1\n\nUse --debug flag to render out invalid YAML\n",
      {
        source: "web/templates/a.yaml",
        line: 0,
        message: "unclosed action started at web/templates/a.yaml:1",
      },
    ],
    [
      "Error: execution error at (web/templates/a.yaml:5:12): set image, please\n",
      { source: "web/templates/a.yaml", line: 4, message: "set image, please" },
    ],
    [
      'Error: template: web/templates/a.yaml:2:6: executing "web/templates/a.yaml" at <include "x" .>: error calling include: template: web/templates/_h.tpl:1:26: executing "x" at <.Values.a.b>: nil pointer evaluating interface {}.b\n',
      {
        source: "web/templates/a.yaml",
        line: 1,
        message:
          'executing "web/templates/a.yaml" at <include "x" .>: error calling include: template: web/templates/_h.tpl:1:26: executing "x" at <.Values.a.b>: nil pointer evaluating interface {}.b',
      },
    ],
    [
      "Error: YAML parse error on web/templates/a.yaml: error converting YAML to JSON: yaml: mapping values are not allowed in this context\n\nUse --debug flag to render out invalid YAML\n",
      {
        source: "web/templates/a.yaml",
        line: undefined,
        message:
          "YAML parse error on web/templates/a.yaml: error converting YAML to JSON: yaml: mapping values are not allowed in this context",
      },
    ],
    [
      "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nweb:\n- at '': missing property 'image'\n\n",
      {
        source: undefined,
        line: undefined,
        message:
          "values don't meet the specifications of the schema(s) in the following chart(s): web: - at '': missing property 'image'",
      },
    ],
    [
      "Error: An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: redis\n",
      {
        source: undefined,
        line: undefined,
        message:
          "An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: redis",
      },
    ],
    ["", { source: undefined, line: undefined, message: "it says nothing" }],
  ];
  for (const [errors, expected] of cases)
    it(`reads ${JSON.stringify(errors.slice(0, 40))}`, () => assert.deepEqual(helmFailure(errors), expected));
});

describe("TemplateLines", () => {
  const template = `{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  template:
    spec:
      initContainers:
        - name: load
          image: busybox
          resources:
            limits: {cpu: 1}
      containers:
        {{- range .Values.containers }}
        - name: {{ .name }}
          image: "{{ .image }}"
          {{- with .resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
        {{- end }}
        - name: proxy
          image: envoy
          resources:
            limits: {cpu: 1}
{{- end }}
`;
  const output = `---
# Source: web/templates/a.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: slipway
spec:
  template:
    spec:
      initContainers:
        - name: load
          image: busybox
          resources:
            limits: {cpu: 1}
      containers:
        - name: one
          image: "x:1"
          resources:
            limits:
              nvidia.com/gpu: 0.5
        - name: proxy
          image: envoy
          resources:
            limits: {cpu: 1}
`;
  const [written, made] = [new Lines(template), new Lines(output)];
  const numberOf = (lines: Lines, text: string, nth = 1) => {
    const all = Array.from({ length: lines.count }, (_, line) => line).filter((line) =>
      lines.content(line).includes(text),
    );
    return all[nth - 1] ?? assert.fail(text);
  };
  const located = (text: string, nth = 1) =>
    new TemplateLines(written, made).locate(numberOf(made, text, nth));

  it("finds the same text, of several the one in the same place", () => {
    assert.deepEqual(located("kind: Deployment"), { line: 2, shift: 0 });
    assert.deepEqual(located("limits: {cpu: 1}", 1), {
      line: numberOf(written, "limits: {cpu: 1}", 1),
      shift: 0,
    });
    assert.deepEqual(located("limits: {cpu: 1}", 2), {
      line: numberOf(written, "limits: {cpu: 1}", 2),
      shift: 0,
    });
  });

  it("finds the key where the template fills in the value", () => {
    assert.equal(located("name: slipway").line, numberOf(written, "name: {{ .Release.Name }}"));
    assert.equal(located('image: "x:1"').line, numberOf(written, 'image: "{{ .image }}"'));
    assert.equal(located("- name: one").line, numberOf(written, "- name: {{ .name }}"));
  });

  it("finds what a block that is filled in stands under", () => {
    const line = numberOf(written, "resources:", 2);
    assert.deepEqual(located("nvidia.com/gpu: 0.5"), { line, shift: undefined });
  });

  it("moves findings, without their fixes, each once", () => {
    const at = (line: number, column: number) => ({ line, column });
    const finding = (line: number, from: number, to: number): Finding => ({
      rule: "GPU003",
      severity: "error",
      range: { start: at(line, from), end: at(line, to) },
      message: "Wrong.",
      fixes: [{ title: "x", edits: [] }],
    });
    const moved = renderedFindings(
      [
        finding(numberOf(made, "gpu: 0.5"), 30, 33),
        finding(numberOf(made, "gpu: 0.5"), 30, 33),
        finding(2, 12, 19),
      ],
      output,
      template.replaceAll("\n", "\r\n"),
      [],
    );
    assert.deepEqual(
      moved.map(({ range, fixes }) => [range.start, range.end, fixes.length]),
      [
        [at(1, 12), at(1, 19), 0],
        [at(18, 10), at(18, 20), 0],
      ],
    );
  });

  it("ends quickly whatever the template says", () => {
    const many = "- a: {{ b }}\n  c: {{ d }}\n".repeat(4000);
    const started = cpuMs();
    const places = new TemplateLines(new Lines(many), new Lines(many.replaceAll("{{ b }}", "1")));
    for (let line = 0; line < 8000; line++) places.locate(line);
    assert.ok(cpuMs() - started < 1500);
  });
});
