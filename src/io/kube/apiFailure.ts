// How calls to the API fail, and the sentence each failure becomes.
import type { RefusalCause } from "../../core/kube/live/answers.ts";
import { dateText } from "../../core/kube/age.ts";
import { field, list, text } from "../../core/kube/object.ts";
import { withoutObjects } from "../../core/kube/serverWords.ts";
import { statusWire } from "../../core/kube/wire.ts";
import type { PeerError } from "./peer.ts";
import { requestWords } from "./requestId.ts";
import { timeoutCode } from "./timeout.ts";
import { unwrap, WireReader } from "./wire.ts";
import { isAbort } from "../../base/signal.ts";
import { Trouble, type TroubleKind } from "../../base/trouble.ts";

/** An answer of the API server that is no success. */
export class ApiFailure extends Error {
  readonly status: number;
  /** The server's word for it, as `Forbidden` or `Expired`; empty when it gave none. */
  readonly reason: string;
  /** From `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The `details` of the server's Status. */
  readonly details: unknown;

  constructor(status: number, reason: string, message: string, retryAfterMs?: number, details?: unknown) {
    super(message);
    this.name = "ApiFailure";
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
    this.details = details;
  }

  /** What the server names one by one, with the field of each. */
  get causes(): RefusalCause[] {
    return list(this.details, "causes").map((cause) => ({
      field: text(cause, "field") ?? "",
      message: withoutObjects(text(cause, "message") ?? ""),
    }));
  }

  /** From the body of an answer, which is a Status object when the API server wrote it. */
  static fromBody(status: number, bytes: Buffer, retryAfter?: string): ApiFailure {
    const seconds = retryAfter === undefined ? Number.NaN : Number(retryAfter);
    const after = Number.isFinite(seconds) ? seconds * 1000 : undefined;
    const wire = unwrap(bytes);
    const body = bytes.toString("utf8");
    let parsed: unknown;
    try {
      parsed = wire ? new WireReader().read(wire, statusWire) : JSON.parse(body);
    } catch {
      // A proxy's page, or a handler that answers in plain text.
      const line = body.trimStart().startsWith("<") ? "" : (body.split("\n")[0] ?? "").slice(0, 300);
      return new ApiFailure(status, "", line || `The server answered ${status}`, after);
    }
    const message = withoutObjects(text(parsed, "message") ?? `The server answered ${status}`);
    return new ApiFailure(status, text(parsed, "reason") ?? "", message, after, field(parsed, "details"));
  }

  /** From the object of an ERROR event of a watch. */
  static fromStatus(object: unknown): ApiFailure {
    const code = field(object, "code");
    return new ApiFailure(
      typeof code === "number" ? code : 500,
      text(object, "reason") ?? "",
      text(object, "message") ?? "The server ended the watch",
    );
  }
}

/** True when the server no longer knows the version to go on from: only a new list helps. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof ApiFailure &&
    (error.status === 410 || error.reason === "Expired" || error.reason === "Gone")
  );
}

const TLS_CODES = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** True where the certificate of the other end was refused. */
export function isTrustFailure(error: unknown): error is PeerError {
  return error instanceof Error && TLS_CODES.has(text(error, "code") ?? "");
}

/** What a call was for, so that a sentence can say it. */
export interface CallPurpose {
  /** `list pods in namespace ml`: follows "may not". */
  what: string;
  context: string;
  server: string;
}

/** The sentence for a person; a Trouble and a cancellation are handed on as they are. */
export function apiTrouble(error: unknown, purpose: CallPurpose): Error {
  if (Trouble.is(error) || isAbort(error)) return error as Error;
  const { context, server, what } = purpose;
  if (error instanceof ApiFailure) {
    const [kind, sentence] = answerSentence(error, purpose);
    return new Trouble(kind, sentence, {
      cause: error,
      detail: `${what}: ${error.status} ${error.message}${requestWords(error)}`,
    });
  }
  const code = text(error, "code") ?? "";
  const message = error instanceof Error ? error.message : String(error);
  const id = requestWords(error);
  const options = { cause: error, ...(id === "" ? {} : { detail: `${what}: ${message}${id}` }) };
  if (isTrustFailure(error)) {
    return new Trouble("refused-by-policy", certificateSentence(error, code, purpose), {
      cause: error,
    });
  }
  if (code === "ETIMEDOUT" || code === timeoutCode) {
    return new Trouble(
      "timeout",
      `${server} did not answer in time: check that the cluster of context ${context} is well.`,
      options,
    );
  }
  if (error instanceof SyntaxError || error instanceof RangeError || code === "Z_DATA_ERROR") {
    return new Trouble(
      "failed",
      `What ${server} sent is no answer of a Kubernetes API (${message.replace(/\.$/, "")}): check where context ${context} leads, and what is on the way there.`,
      options,
    );
  }
  return new Trouble(
    "unreachable",
    `Can't reach ${server} (${plainWords(code) ?? message}): check that the cluster of context ${context} runs and that this machine can reach it.`,
    options,
  );
}

function certificateSentence({ message, peer }: PeerError, code: string, purpose: CallPurpose): string {
  const { server, context } = purpose;
  const print = peer ? `; its SHA-256 fingerprint is ${peer.fingerprint}` : "";
  // Node goes on with advice about how to run Node.
  const plain = message.replace(/; if the root CA .*$/, "");
  if (code === "CERT_HAS_EXPIRED") {
    const when = peer ? ` on ${dateText(peer.validToMs)}` : "";
    return `The certificate of ${server} expired${when}${print}: it has to be renewed in the cluster of context ${context}.`;
  }
  const remedy =
    code === "ERR_TLS_CERT_ALTNAME_INVALID" ? "server or tls-server-name" : "certificate-authority";
  return `The certificate of ${server} is not trusted (${plain}${print}): correct ${remedy} of context ${context} in the kubeconfig.`;
}

function answerSentence(error: ApiFailure, { what, context, server }: CallPurpose): [TroubleKind, string] {
  switch (error.status) {
    case 400:
    case 422:
      return ["bad-input", `The server refused to ${what}: ${error.message}`];
    case 401:
      return [
        "denied",
        `${server} does not accept the credentials of context ${context}: sign in again, then refresh.`,
      ];
    case 403:
      if (POLICY.test(error.message))
        return ["refused-by-policy", `The cluster refused to ${what}: ${error.message}`];
      return [
        "denied",
        `Context ${context} may not ${what}: ask the cluster's administrator for ${missingRight(error.message)}.`,
      ];
    case 404:
      return ["not-found", `Could not ${what}: it is not there any more.`];
    case 409:
      return [
        "conflict",
        `Could not ${what}: it was changed or replaced in the meantime, so look at it again first.`,
      ];
    case 429:
      return ["timeout", `${server} is busy and asks to wait.`];
    case 504:
      return ["timeout", `${server} did not answer in time.`];
    default:
      return [
        error.status >= 500 ? "unreachable" : "failed",
        `${server} could not ${what}: ${error.message}`,
      ];
  }
}

/** A 403 that is no missing right: Pod Security, a quota, a webhook or a policy says no, and says why. */
export const POLICY =
  /\bviolates\b|\bexceeded quota\b|\badmission webhook\b|ValidatingAdmissionPolicy|is forbidden: (?!User\b)/;

/** The verb and resource that the server names: which they are depends on its version. */
function missingRight(message: string): string {
  const found = /\bcannot ([a-z]+) resource "([^"]+)"/.exec(message);
  return found ? `the right to ${found[1]} ${found[2]}` : "that right";
}

/** What a code of the system means to a person. */
export function plainWords(code: string): string | undefined {
  switch (code) {
    case "ECONNREFUSED":
      return "connection refused";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "its name is not known";
    case "ECONNRESET":
    case "EPIPE":
    case "Z_BUF_ERROR":
      return "the connection was cut";
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return "no route";
    default:
      return undefined;
  }
}

/**
 * True for what waiting can't heal: missing rights, refused credentials, a missing plugin, a kind the server does not have, a certificate that
 * is not trusted. Such a watch rests until the person refreshes.
 */
export function isBlocking(trouble: Trouble): boolean {
  return (
    trouble.kind === "denied" ||
    trouble.kind === "missing-tool" ||
    trouble.kind === "not-found" ||
    trouble.kind === "refused-by-policy" ||
    trouble.kind === "bad-input"
  );
}
