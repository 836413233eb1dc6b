// What a person reads when docker push or docker pull has failed: one sentence with what to do.
import { Trouble } from "../../base/trouble.ts";
import { registryReason } from "./registryReason.ts";

/**
 * @param said the last line that docker printed.
 */
export function registryTrouble(verb: "push" | "pull", reference: string, said: string): Trouble {
  const reason = said.replace(/^(?:Error response from daemon|ERROR|error): /, "");
  const first = reference.split("/", 1)[0] ?? "";
  const registry = reference.includes("/") && /[.:]/.test(first) ? first : "";
  const login = `docker login${registry === "" ? "" : ` ${registry}`}`;
  // Docker quotes addresses: a port 42935 is no status 429, and an image named "denied" is no refusal.
  const words = reason.replace(/"https?:[^"]*"/g, "").replaceAll(reference, "");
  const trouble = (kind: "denied" | "failed" | "not-found" | "unreachable", sentence: string) =>
    new Trouble(kind, sentence, { detail: reason });
  if (/Cannot connect to the Docker daemon|Is the docker daemon running/i.test(words)) {
    return trouble("unreachable", "Docker is not running. Start it, then try again.");
  }
  const unreached = registryReason(reason, registry === "" ? undefined : registry);
  if (unreached) {
    return trouble(
      unreached.kind === "unreachable" ? "unreachable" : "failed",
      `Docker could not ${verb} ${reference}: ${unreached.reason}. ${unreached.remedy}`,
    );
  }
  if (
    /unauthorized|authentication required|denied|no basic auth credentials|insufficient_scope/i.test(words)
  ) {
    return trouble(
      "denied",
      `The registry refused to ${verb} ${reference}. Sign in with ${login}, or check the name.`,
    );
  }
  if (/toomanyrequests|too many requests|status(?: code)?:? 429\b/i.test(words)) {
    return trouble("failed", `The registry's limit of pulls is reached. Sign in with ${login}, or wait.`);
  }
  if (/manifest unknown|not found|does not exist/i.test(words)) {
    const text =
      verb === "push" ? `There is no image ${reference} to push.` : `The registry has no image ${reference}.`;
    return trouble("not-found", `${text} Check its name and tag.`);
  }
  return new Trouble(
    "failed",
    `Docker could not ${verb} ${reference}: ${/[.!?]$/.test(reason) ? reason : `${reason}.`}`,
  );
}
