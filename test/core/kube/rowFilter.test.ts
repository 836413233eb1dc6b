// The language of the filter: what it takes, what it refuses with which sentence, and which rows it wants.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { hasLabels, readLabelQuery } from "../../../src/core/kube/labelQuery.ts";
import { selects } from "../../../src/core/kube/labels.ts";
import { labelText } from "../../../src/core/kube/labelText.ts";
import { kindNamed } from "../../../src/core/kube/kinds.ts";
import { personNamed } from "../../../src/core/kube/mine.ts";
import type { ObjectRow } from "../../../src/core/kube/row.ts";
import { isWanted, readFilter } from "../../../src/core/kube/rowFilter.ts";

function row(
  kind: string,
  name: string,
  more: { labels?: object; annotations?: object; spec?: object; status?: object } = {},
): ObjectRow {
  const { labels, annotations, ...rest } = more;
  const found = kindNamed(kind);
  assert.ok(found);
  const metadata = {
    name,
    namespace: "ml",
    uid: name,
    ...(labels && { labels }),
    ...(annotations && { annotations }),
  };
  return found.project({ kind, metadata, ...rest });
}

const gpus = {
  spec: { nodeName: "gpu-1", containers: [{ resources: { limits: { "nvidia.com/gpu": 1 } } }] },
};
const rows: ObjectRow[] = [
  row("Pod", "llm-0", {
    ...gpus,
    labels: { app: "llm", tier: "serving", "app.kubernetes.io/name": "vllm" },
    status: { phase: "Running", containerStatuses: [{ name: "c", ready: true, state: { running: {} } }] },
  }),
  row("Pod", "llm-1", { labels: { app: "llm", tier: "batch" }, status: { phase: "Pending" } }),
  row("Pod", "gpu-test", {
    labels: { app: "test" },
    status: {
      phase: "Running",
      containerStatuses: [{ name: "c", ready: false, state: { waiting: { reason: "CrashLoopBackOff" } } }],
    },
  }),
  row("Deployment", "llm", { labels: { app: "llm" }, spec: { replicas: 2 }, status: { readyReplicas: 1 } }),
  row("Service", "web", { labels: { owner: "ann" } }),
  row("Node", "gpu-1", {
    status: { allocatable: { "nvidia.com/gpu": "4" }, conditions: [{ type: "Ready", status: "True" }] },
  }),
];
const ann = personNamed("ann", []);

function wanted(text: string): string {
  const read = readFilter(text);
  assert.ok("filter" in read, "problem" in read ? read.problem : "");
  return rows
    .filter((one) => isWanted(read.filter, one, ann))
    .map(({ name }) => name)
    .join(" ");
}

function problem(text: string): string {
  const read = readFilter(text);
  assert.ok("problem" in read, `${text} should be refused`);
  return read.problem;
}

describe("the filter of a context", () => {
  it("looks for each word in names", () => {
    assert.equal(wanted("LLM"), "llm-0 llm-1 llm");
    assert.equal(wanted("llm 1"), "llm-1");
    assert.equal(wanted("  "), "llm-0 llm-1 gpu-test llm web gpu-1");
    assert.equal(wanted("name:we"), "web");
  });

  it("asks for GPUs by the word gpu, and for the name by quotes", () => {
    assert.equal(wanted("gpu"), "llm-0 gpu-1");
    assert.equal(wanted("has:gpu"), "llm-0 gpu-1");
    assert.equal(wanted('"gpu"'), "gpu-test gpu-1");
    assert.equal(wanted("!gpu"), "llm-1 gpu-test llm web");
  });

  it("asks for labels as kubectl's -l does", () => {
    assert.equal(wanted("label:app=llm"), "llm-0 llm-1 llm");
    assert.equal(wanted("-l app==llm,tier!=batch"), "llm-0 llm");
    assert.equal(wanted("-l 'app=llm, tier'"), "llm-0 llm-1");
    assert.equal(wanted("label:tier in (batch, other) 1"), "llm-1");
    assert.equal(wanted("label:app,!tier"), "gpu-test llm");
    assert.equal(wanted("label:app notin (llm) !kind:node,service"), "gpu-test");
    assert.equal(wanted("label:app.kubernetes.io/name=vllm"), "llm-0");
    assert.equal(wanted("label:app=ll"), "");
  });

  it("asks for the words of a status, the phase behind them, or how well it is", () => {
    assert.equal(wanted("status:pending"), "llm-1");
    assert.equal(wanted("status:crash"), "gpu-test");
    assert.equal(wanted("status:pending,error"), "llm-1 gpu-test");
    assert.equal(wanted("status:error"), "gpu-test");
    assert.equal(wanted('status:"1/2 ready"'), "llm");
  });

  it("asks for kinds and nodes", () => {
    assert.equal(wanted("kind:deployment,node"), "llm gpu-1");
    assert.equal(wanted("node:gpu-1"), "llm-0 gpu-1");
  });

  it("finds what names a person, and what stands under it or in a namespace that does", () => {
    assert.equal(wanted("mine"), "web");
    const read = readFilter("mine");
    assert.ok("filter" in read);
    const [pod] = rows;
    const owner = row("Deployment", "d", { annotations: { "notebooks.kubeflow.org/creator": "ann" } });
    assert.ok(pod && !isWanted(read.filter, pod, ann) && isWanted(read.filter, pod, ann, owner));
    const namespace = row("Namespace", "ml", { annotations: { owner: "ann" } });
    assert.ok(isWanted(read.filter, pod, personNamed("ann", [namespace])));
    for (const other of ["ann@x.test", "an", "Ann"])
      assert.ok(!isWanted(read.filter, pod, personNamed(other, [namespace])), other);
    // As long as nobody knows who asks, nothing is theirs.
    assert.ok(!isWanted(read.filter, owner, undefined));
  });

  it("refuses what it can't read, with what to write", () => {
    assert.match(problem("state:pending"), /^state: is not known here: there are name:, label:, status:/);
    assert.match(problem("system:node"), /A name with a colon stands in quotes/);
    assert.match(problem("status:"), /After status: a word is missing/);
    assert.match(problem("status:,"), /After status: a word is missing/);
    assert.match(problem("a !"), /After ! a word is missing/);
    assert.match(problem("label:"), /as in label:app=llm/);
    assert.match(problem("label:app=a%b"), /% can't stand in a label/);
    assert.match(problem("-l 'app=llm"), /The quote at 4 has no partner/);
    assert.match(problem('a"b'), /The quote at 2 has no partner/);
    assert.match(problem("label:!app=x"), /Write !app alone, or app!=value/);
    assert.match(problem("has:tpu"), /has:gpu/);
  });

  it("never throws, whatever is typed, and ! wants exactly the others", () => {
    const random = generator(7);
    const parts = [
      "llm",
      "gpu",
      "mine",
      "label:",
      "-l ",
      "app",
      "=",
      "!=",
      "!",
      ",",
      " ",
      "in (a,b)",
      "status:",
      "'",
      '"',
      ":",
      "é",
      "\n",
      "(",
      "kind:pod",
      "constructor",
      "__proto__=",
    ];
    let read = 0;
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from({ length: 1 + random(6) }, () => parts[random(parts.length)]).join("");
      const one = readFilter(text);
      if ("problem" in one) {
        assert.ok(one.problem.length > 10, text);
        continue;
      }
      read++;
      if (one.filter.length !== 1) continue;
      const term = one.filter[0];
      assert.ok(term);
      for (const each of rows)
        assert.notEqual(isWanted([term], each, ann), isWanted([{ ...term, isNot: !term.isNot }], each, ann));
    }
    assert.ok(read > 2_000, `${read} of them could be read`);
  });

  it("selects the labels that a selector in a manifest does", () => {
    const random = generator(11);
    const keys = ["a", "app", "app.kubernetes.io/name", "b-c"];
    const values = ["", "x", "y", "x-y.z"];
    const pick = (all: readonly string[]) => all[random(all.length)] ?? "";
    for (let round = 0; round < 5_000; round++) {
      const labels = Object.fromEntries(Array.from({ length: random(4) }, () => [pick(keys), pick(values)]));
      const expressions = Array.from({ length: 1 + random(3) }, () => {
        const operator = pick(["In", "NotIn", "Exists", "DoesNotExist"]);
        const among = operator.endsWith("In") ? [pick(values), pick(values)] : [];
        return { key: pick(keys), operator, values: among };
      });
      const text = expressions
        .map(({ key, operator, values: [first, second] }) =>
          operator === "In"
            ? first === second
              ? `${key}=${first}`
              : `${key} in (${first}, ${second})`
            : operator === "NotIn"
              ? first === second
                ? `${key}!=${first}`
                : `${key} notin (${first},${second})`
              : operator === "Exists"
                ? key
                : `!${key}`,
        )
        .join(",");
      const read = readLabelQuery(text, 0);
      assert.ok("expressions" in read && read.end === text.length, text);
      const ours = hasLabels(read.expressions, labelText({ metadata: { labels } }));
      assert.equal(ours, selects({ equal: {}, expressions }, labels), `${text} of ${JSON.stringify(labels)}`);
    }
  });
});

/** Numbers below a bound, the same in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
