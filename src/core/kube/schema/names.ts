// How names, labels, keys and addresses must be written.
// Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and
// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set

export type NameFormat =
  | "label"
  | "subdomain"
  | "label1035"
  | "value"
  | "qualified"
  | "annotation"
  | "key"
  | "port"
  | "cidr"
  | "ip"
  | "percent"
  | "path";

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_LENGTH = 63;
const SUBDOMAIN_LENGTH = 253;
const PORT_LENGTH = 15;

/** Whether `text`, which is not empty, is written in the format. */
export function isNamed(text: string, format: NameFormat): boolean {
  switch (format) {
    case "label":
      return text.length <= LABEL_LENGTH && LABEL.test(text);
    case "label1035":
      return text.length <= LABEL_LENGTH && LABEL_1035.test(text);
    case "subdomain":
      return isSubdomain(text);
    case "value":
      return text.length <= LABEL_LENGTH && QUALIFIED.test(text);
    case "qualified":
      return isQualified(text);
    case "annotation":
      return isQualified(text.toLowerCase());
    case "key":
      return text.length <= SUBDOMAIN_LENGTH && /^[-._a-zA-Z0-9]+$/.test(text) && !/^\.\.?$|^\.\./.test(text);
    case "port":
      return text.length <= PORT_LENGTH && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text) && /[a-z]/.test(text);
    case "percent":
      return /^\d+%$/.test(text);
    case "path":
      return text !== "." && text !== ".." && !/[/%]/.test(text);
    case "ip":
      return isAddress(text);
    case "cidr": {
      const [address = "", bits = "", ...rest] = text.split("/");
      const most = address.includes(":") ? 128 : 32;
      return rest.length === 0 && isAddress(address) && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
    }
  }
}

function isSubdomain(text: string): boolean {
  return text.length <= SUBDOMAIN_LENGTH && text.split(".").every((part) => LABEL.test(part));
}

function isQualified(text: string): boolean {
  const [first = "", second, ...rest] = text.split("/");
  if (rest.length > 0) return false;
  const name = second ?? first;
  return name.length <= LABEL_LENGTH && QUALIFIED.test(name) && (second === undefined || isSubdomain(first));
}

/** Lenient with IPv6, whose every way of writing only the server knows. */
function isAddress(text: string): boolean {
  if (text.includes(":")) return /^[\da-fA-F:]+(?:\d+\.\d+\.\d+\.\d+)?$/.test(text);
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

/** How the format is described to a person. */
export const NAME_WORDS: Readonly<Record<NameFormat, string>> = {
  label: "at most 63 lower-case letters, digits and -, with a letter or digit at both ends",
  label1035: "at most 63 lower-case letters, digits and -, with a letter first and a letter or digit last",
  subdomain: "lower-case letters, digits, - and ., with a letter or digit at both ends of each part",
  value: "at most 63 letters, digits, -, _ and ., with a letter or digit at both ends",
  qualified: "at most 63 letters, digits, -, _ and ., if need be after a domain and a /",
  annotation: "at most 63 letters, digits, -, _ and ., if need be after a domain and a /",
  key: "letters, digits, -, _ and .",
  port: "at most 15 lower-case letters, digits and single -, one of them a letter",
  cidr: "a network such as 10.0.0.0/8",
  ip: "an IP address",
  percent: "a whole number, or a percentage such as 25%",
  path: "a text without / and %",
};

/** `text` as it may have been meant, in the format; undefined where there is no such. */
export function betterName(text: string, format: NameFormat): string | undefined {
  const lower = format === "label" || format === "label1035" || format === "subdomain" || format === "port";
  const kept = lower ? /[^a-z0-9.-]+/g : /[^A-Za-z0-9._/-]+/g;
  let better = (lower ? text.toLowerCase() : text).replace(kept, "-");
  if (format === "label" || format === "label1035" || format === "port") better = better.replaceAll(".", "-");
  better = better.replace(/^[-._]+|[-._]+$/g, "");
  return better !== "" && better !== text && isNamed(better, format) ? better : undefined;
}
