// How rules of a user are read and matched.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  type Access,
  accessReview,
  isAllowed,
  reaches,
  readRules,
  type Right,
  rightsFor,
  rulesOf,
} from "../../../src/core/kube/access.ts";

const accessOf = (...resourceRules: object[]) => readRules({ status: { incomplete: false, resourceRules } });
const pods = { group: "", plural: "pods" };
const right = (resource: string, verb = "get", group = "") => ({ verb, group, resource });

const allows = (access: Access, one: Right, name: string | undefined) => reaches(rulesOf(access, one), name);

describe("what a user may do", () => {
  it("is what a rule says of verb, group and resource", () => {
    const access = accessOf({ verbs: ["get", "list"], apiGroups: [""], resources: ["pods", "pods/log"] });
    assert.equal(allows(access, right("pods"), undefined), true);
    assert.equal(allows(access, right("pods/log"), undefined), true);
    assert.equal(allows(access, right("pods/exec"), undefined), false);
    assert.equal(allows(access, right("pods", "delete"), undefined), false);
    assert.equal(allows(access, right("pods", "get", "metrics.k8s.io"), undefined), false);
  });

  it("takes stars as the server does", () => {
    assert.equal(
      allows(accessOf({ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }), right("pods/exec"), undefined),
      true,
    );
    const scale = accessOf({ verbs: ["*"], apiGroups: ["*"], resources: ["*/scale"] });
    assert.equal(allows(scale, right("deployments/scale", "patch", "apps"), undefined), true);
    assert.equal(allows(scale, right("deployments", "patch", "apps"), undefined), false);
    // The server knows no such star.
    assert.equal(
      allows(
        accessOf({ verbs: ["*"], apiGroups: [""], resources: ["pods/*"] }),
        right("pods/exec"),
        undefined,
      ),
      false,
    );
  });

  it("may be of objects of one name alone", () => {
    const access = accessOf({
      verbs: ["delete"],
      apiGroups: [""],
      resources: ["pods"],
      resourceNames: ["mine"],
    });
    assert.equal(allows(access, right("pods", "delete"), "mine"), true);
    assert.equal(allows(access, right("pods", "delete"), "other"), false);
    assert.equal(allows(access, right("pods", "delete"), undefined), false);
  });

  it("is not all known where the server says so, or says nothing", () => {
    assert.equal(accessOf().isComplete, true);
    assert.equal(readRules({ status: { incomplete: true, resourceRules: [] } }).isComplete, false);
    assert.equal(readRules({ status: { incomplete: false, evaluationError: "webhook" } }).isComplete, false);
    for (const odd of [
      undefined,
      {},
      { status: 1 },
      { status: { resourceRules: [{ verbs: [1, "get"] }, null] } },
    ])
      assert.equal(readRules(odd).isComplete, false);
    assert.equal(isAllowed({ status: { allowed: true } }), true);
    assert.equal(isAllowed({ status: {} }), false);
  });

  it("is asked of one thing with its subresource apart", () => {
    assert.deepEqual(rightsFor("executable", pods), [right("pods/exec")]);
    const { path, body } = accessReview("ml", right("pods/exec"));
    assert.equal(path, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
    assert.deepEqual((body as { spec: object }).spec, {
      resourceAttributes: { namespace: "ml", verb: "get", group: "", resource: "pods", subresource: "exec" },
    });
  });
});
