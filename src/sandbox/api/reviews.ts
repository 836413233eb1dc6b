// Questions about access: in the sandbox everything is allowed.
import { type Call, readJson, sendJson } from "./call.ts";

const user = { username: "sandbox", groups: ["system:masters", "system:authenticated"] };

/** @returns whether the path was one of these. */
export async function answerReview(call: Call): Promise<boolean> {
  const match = /^\/apis\/(authorization|authentication)\.k8s\.io\/v1\/(selfsubject\w+)$/.exec(call.path);
  if (!match || call.method !== "POST") return false;
  const asked = (await readJson(call.request)) as object;
  const status =
    match[2] === "selfsubjectaccessreviews"
      ? { allowed: true, reason: "the sandbox allows everything" }
      : match[2] === "selfsubjectreviews"
        ? { userInfo: user }
        : {
            resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
            nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
            incomplete: false,
          };
  sendJson(call.response, 201, { ...asked, status });
  return true;
}
