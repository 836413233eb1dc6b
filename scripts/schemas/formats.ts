// What an API server says of values that it refuses, as the formats and bounds that fields have.
import type { Verdict } from "../../test/support/kubernetes/dryRun.ts";

/** No text of any format. */
export const ODD_TEXT = "Bogus !";
export const ODD_NUMBERS = [-1, 0, 100_000] as const;

/** By the beginning of the server's sentence; the names are those of src/core/kube/schema/names.ts. */
const FORMATS: readonly (readonly [RegExp, string])[] = [
  [/^a lowercase RFC 1123 label must/, "label"],
  [
    /^a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '\.'/,
    "subdomain",
  ],
  [/^a DNS-1035 label must/, "label1035"],
  [/^a valid label must be an empty string/, "value"],
  [/^name part must consist/, "qualified"],
  [/^a valid config key/, "key"],
  [/^must contain only alpha-numeric characters \(a-z, 0-9\), and hyphens/, "port"],
  [/^must be a valid CIDR value/, "cidr"],
  [/^must be a valid IP address/, "ip"],
  [/^a valid percent string/, "percent"],
];

/** True of these only beside other fields, or only in some versions of Kubernetes, or not the whole truth. */
const CONDITIONAL = new Set([
  // Wildcards are allowed.
  "io.k8s.api.networking.v1.IngressRule host",
  "io.k8s.api.networking.v1.IngressTLS hosts",
  "io.k8s.api.apps.v1.StatefulSetSpec serviceName",
  "io.k8s.api.core.v1.AzureDiskVolumeSource diskURI",
  // A RoleBinding may name a Role too.
  "io.k8s.api.rbac.v1.RoleRef kind",
  "io.k8s.api.core.v1.ResourceFieldSelector resource",
  "io.k8s.api.flowcontrol.v1.NonResourcePolicyRule verbs",
  "io.k8s.api.flowcontrol.v1.ResourcePolicyRule verbs",
  "io.k8s.api.core.v1.ServiceSpec trafficDistribution",
  // The name of a node may be longer.
  "io.k8s.api.core.v1.NodeSelectorRequirement values",
  // By the kind of the subject.
  "io.k8s.api.rbac.v1.Subject apiGroup",
  // By the kind of the object.
  "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta name",
  // It may end with a dash.
  "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta generateName",
  // A feature gate adds one.
  "io.k8s.api.core.v1.PodSecurityContext seLinuxChangePolicy",
]);

/** Services with names that begin with a digit come with newer versions. */
const LOOSER: Readonly<Record<string, string>> = {
  "io.k8s.api.networking.v1.IngressServiceBackend name": "label",
};

/** What a server refuses in words that name no values. */
export const SAID_OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement operator": [
    "In",
    "NotIn",
    "Exists",
    "DoesNotExist",
  ],
  "io.k8s.api.autoscaling.v2.MetricTarget type": ["Utilization", "Value", "AverageValue"],
};

/** The format that the server's complaints about `ODD_TEXT` tell of, if it is the only one. */
export function formatIn(key: string, causes: Verdict["causes"]): string | undefined {
  if (CONDITIONAL.has(key)) return undefined;
  const said = causes
    .filter(({ reason }) => reason === "FieldValueInvalid")
    .map(({ message }) => wordsOf(message));
  const found = new Set(said.map((words) => FORMATS.find(([pattern]) => pattern.test(words))?.[1]));
  const [format] = found;
  return found.size === 1 && format !== undefined ? (LOOSER[key] ?? format) : undefined;
}

/** The values that the server names. */
export function valuesIn(key: string, causes: Verdict["causes"]): string[] | undefined {
  if (CONDITIONAL.has(key)) return undefined;
  const cause = causes.find(({ reason }) => reason === "FieldValueNotSupported");
  const listed = /supported values: (.*)$/s.exec(cause?.message ?? "")?.[1];
  const values = [...(listed ?? "").matchAll(/"([^"]*)"/g)].map(([, value = ""]) => value);
  return values.some((value) => value !== "") ? values : undefined;
}

/** The bounds as text, such as `1-65535` or `0-`, from what is said of each of `ODD_NUMBERS`. */
export function boundsIn(answers: readonly (readonly [number, Verdict["causes"]])[]): string | undefined {
  const refused = new Map(
    answers.map(([number, causes]) => [number, causes.map(({ message }) => wordsOf(message)).find(isBound)]),
  );
  if (refused.get(-1) === undefined) return undefined;
  const upper = /(?:and|-|and 0)(\d+)(?:,| |$)/.exec(
    (refused.get(100_000) ?? "").replace(" and ", " and"),
  )?.[1];
  const octal = refused.get(100_000)?.includes("octal") === true;
  const most = upper === undefined ? "" : String(Number.parseInt(upper, octal ? 8 : 10));
  return `${refused.get(0) === undefined ? 0 : 1}-${most}`;
}

function isBound(words: string): boolean {
  return /^must be (?:greater than (?:or equal to )?(?:0|zero|1)$|between \d+ and \d+, inclusive$|a number between 0 and 0\d+|in the range \d+-\d+$)/.test(
    words,
  );
}

function wordsOf(message: string): string {
  return message.replace(
    /^(?:Invalid|Unsupported) value: (?:"(?:[^"\\]|\\.)*"|-?\d+|\{.*?\}|\[.*?\]|null): /s,
    "",
  );
}
