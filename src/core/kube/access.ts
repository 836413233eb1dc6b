// What a user may do in a namespace: the server's list of rules, and which of them each action needs.
// Source: https://kubernetes.io/docs/reference/access-authn-authz/authorization/ and k8s.io/kubernetes
// pkg/apis/rbac/v1/evaluation_helpers.go for how a rule matches.
import type { Kind } from "./kind.ts";
import { field, list, text } from "./object.ts";

/** One thing that may be done. */
export interface Right {
  verb: string;
  group: string;
  /** With a subresource as `pods/exec`. */
  resource: string;
}

export interface AccessRule {
  verbs: readonly string[];
  groups: readonly string[];
  resources: readonly string[];
  /** Only objects of these names; all of them when empty. */
  names: readonly string[];
}

export interface Access {
  rules: readonly AccessRule[];
  /** Whoever decides does not list all that it allows: what is not in the rules is not known. */
  isComplete: boolean;
}

/** A question that the server answers about whoever asks. */
export interface Review {
  path: string;
  body: object;
}

const VERSION = "authorization.k8s.io/v1";

export function rulesReview(namespace: string): Review {
  return {
    path: `/apis/${VERSION}/selfsubjectrulesreviews`,
    body: { apiVersion: VERSION, kind: "SelfSubjectRulesReview", spec: { namespace } },
  };
}

export function accessReview(namespace: string, { verb, group, resource }: Right): Review {
  const [plural = "", subresource] = resource.split("/");
  const resourceAttributes = {
    namespace,
    verb,
    group,
    resource: plural,
    ...(subresource ? { subresource } : {}),
  };
  return {
    path: `/apis/${VERSION}/selfsubjectaccessreviews`,
    body: { apiVersion: VERSION, kind: "SelfSubjectAccessReview", spec: { resourceAttributes } },
  };
}

export function readRules(answer: unknown): Access {
  const texts = (rule: unknown, key: string) => list(rule, key).filter((one) => typeof one === "string");
  return {
    rules: list(answer, "status", "resourceRules").map((rule) => ({
      verbs: texts(rule, "verbs"),
      groups: texts(rule, "apiGroups"),
      resources: texts(rule, "resources"),
      names: texts(rule, "resourceNames"),
    })),
    isComplete:
      field(answer, "status", "incomplete") === false &&
      (text(answer, "status", "evaluationError") ?? "") === "",
  };
}

export function isAllowed(answer: unknown): boolean {
  return field(answer, "status", "allowed") === true;
}

/** The rules that say so, whichever objects they mean. */
export function rulesOf({ rules }: Access, right: Right): AccessRule[] {
  return rules.filter(
    ({ verbs, groups, resources }) =>
      has(verbs, right.verb) &&
      has(groups, right.group) &&
      (has(resources, right.resource) || isSubresource(resources, right.resource)),
  );
}

/** One of these rules means the object of that name, or every one. */
export function reaches(rules: readonly AccessRule[], name: string | undefined): boolean {
  return rules.some(({ names }) => names.length === 0 || (name !== undefined && names.includes(name)));
}

function has(all: readonly string[], one: string): boolean {
  return all.includes(one) || all.includes("*");
}

/** A rule may mean that subresource of everything. */
function isSubresource(resources: readonly string[], resource: string): boolean {
  const slash = resource.indexOf("/");
  return slash >= 0 && resources.includes(`*${resource.slice(slash)}`);
}

/** Words of a row that offer an action: what the action does to the cluster. */
const hands = {
  deletable: "changes",
  changeable: "changes",
  editable: "changes",
  scalable: "changes",
  runnable: "changes",
  drainable: "changes",
  // What is typed there may do anything.
  executable: "changes",
  debuggable: "changes",
  stoppable: "changes",
  startable: "changes",
  copyable: "reads",
  loggable: "reads",
  forwardable: "reads",
  secret: "reads",
} as const;
export type Hand = keyof typeof hands;

export function isHand(word: string): word is Hand {
  return Object.hasOwn(hands, word);
}

/** Not for contexts that are only read. */
export function changesCluster(hand: Hand): boolean {
  return hands[hand] === "changes";
}

/** What an action on an object of a kind needs, all of it. */
export function rightsFor(hand: Hand, { group, plural }: Pick<Kind, "group" | "plural">): Right[] {
  const pods = (verb: string, subresource: string): Right[] => [
    { verb, group: "", resource: `pods/${subresource}` },
  ];
  switch (hand) {
    case "deletable":
      return [{ verb: "delete", group, resource: plural }];
    case "changeable":
    case "stoppable":
    case "startable":
      return [{ verb: "patch", group, resource: plural }];
    case "editable":
      return [{ verb: "update", group, resource: plural }];
    case "scalable":
      return [{ verb: "patch", group, resource: `${plural}/scale` }];
    case "runnable":
      return [{ verb: "create", group: "batch", resource: "jobs" }];
    case "drainable":
      return [{ verb: "patch", group, resource: plural }, ...pods("create", "eviction")];
    // Over a WebSocket these begin with a GET.
    case "executable":
    case "copyable":
      return pods("get", "exec");
    case "forwardable":
      return pods("get", "portforward");
    case "debuggable":
      return pods("patch", "ephemeralcontainers");
    case "loggable":
      return pods("get", "log");
    case "secret":
      return [{ verb: "get", group, resource: plural }];
  }
}

/** `delete pods`, for a sentence. */
export function rightWords({ verb, resource }: Right): string {
  return `${verb} ${resource}`;
}
