// What Kueue says of a workload that waits, in sentences.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { queueSentences, type QueueView, workloadOf } from "../../../src/core/kube/kueueWorkload.ts";

const workload = (more: object) => ({ metadata: { name: "w" }, spec: { queueName: "team" }, ...more });
const queue = { metadata: { name: "team" }, spec: { clusterQueue: "research" } };
const pending = [
  { metadata: { name: "v" }, positionInLocalQueue: 0, positionInClusterQueue: 2 },
  { metadata: { name: "w" }, positionInLocalQueue: 1, positionInClusterQueue: 5 },
];
const condition = (type: string, status: string, message?: string) => ({
  status: { conditions: [{ type, status, ...(message === undefined ? {} : { message }) }] },
});

describe("a workload that waits in Kueue", () => {
  const cases: [string, object, QueueView, string[]][] = [
    [
      "stands somewhere in its queue",
      condition("QuotaReserved", "False", "insufficient unused quota"),
      { queue, pending },
      [
        "It waits in LocalQueue team (ClusterQueue research), as number 2 of 2 there; 5 of all queues are before it.",
        "Kueue says: insufficient unused quota",
      ],
    ],
    [
      "names a queue that is not there",
      {},
      { queue: "absent" },
      ["It waits in LocalQueue team, which this namespace does not have: name another, or have it made."],
    ],
    [
      "is in a queue that is held",
      {},
      { queue: { ...queue, spec: { clusterQueue: "research", stopPolicy: "HoldAndDrain" } } },
      ["It waits in LocalQueue team (ClusterQueue research), which is held: resume the queue."],
    ],
    ["knows no place where Kueue does not say one", {}, {}, ["It waits in LocalQueue team."]],
    [
      "names no queue",
      { spec: {} },
      {},
      ["Kueue holds it back, and it names no queue: set the label kueue.x-k8s.io/queue-name."],
    ],
    [
      "was deactivated",
      { spec: { queueName: "team", active: false } },
      {},
      [
        "Its Workload w was deactivated in Kueue: set spec.active of the Workload to true to have it queue again.",
      ],
    ],
    [
      "has its quota and waits for a check",
      {
        status: {
          conditions: [{ type: "QuotaReserved", status: "True" }],
          admissionChecks: [
            { name: "budget", state: "Ready" },
            { name: "nodes", state: "Pending", message: "2 nodes are made" },
          ],
        },
      },
      { queue },
      [
        "It has its quota from LocalQueue team (ClusterQueue research) and waits for the admission check nodes is Pending: 2 nodes are made.",
      ],
    ],
    ["is let through", condition("Admitted", "True"), { queue }, []],
  ];
  for (const [what, more, view, sentences] of cases)
    it(what, () => assert.deepEqual(queueSentences(workload(more), view), sentences));

  it("is found by its owner or by the name of its group", () => {
    const owned = { metadata: { name: "a", ownerReferences: [{ uid: "1" }] } };
    const group = { metadata: { name: "g" } };
    assert.equal(workloadOf([owned, group], ["2", "1"], undefined), owned);
    assert.equal(workloadOf([owned, group], ["3"], "g"), group);
    assert.equal(workloadOf([owned, group], ["3"], undefined), undefined);
  });
});
