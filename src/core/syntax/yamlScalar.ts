// What an unquoted YAML value is for kubectl: text, number, boolean or nothing, as YAML 1.1 has it and go-yaml reads
// it. Source: resolve.go of go.yaml.in/yaml/v2, which sigs.k8s.io/yaml turns into JSON.
import type { ScalarNode } from "./node.ts";

export type ScalarValue =
  | { readonly is: "text" }
  | { readonly is: "null" }
  | { readonly is: "boolean"; readonly value: boolean }
  | { readonly is: "number"; readonly value: number };

const TEXT: ScalarValue = { is: "text" };
const NULL: ScalarValue = { is: "null" };
const TRUE: ScalarValue = { is: "boolean", value: true };
const FALSE: ScalarValue = { is: "boolean", value: false };

const WORDS: Readonly<Record<string, ScalarValue | undefined>> = {
  ...Object.fromEntries(["", "~", "null", "Null", "NULL"].map((word) => [word, NULL])),
  ...Object.fromEntries(
    ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, TRUE]),
  ),
  ...Object.fromEntries(
    ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word) => [word, FALSE]),
  ),
  ...Object.fromEntries(
    [".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, number(Infinity)]),
  ),
  ...Object.fromEntries(["-.inf", "-.Inf", "-.INF"].map((word) => [word, number(-Infinity)])),
  ...Object.fromEntries([".nan", ".NaN", ".NAN"].map((word) => [word, number(Number.NaN)])),
};

const TIMESTAMP = /^\d{4}-\d\d?-\d\d?(?:$|[Tt ]\d)/;
const DECIMAL = /^[+-]?(?:0|[1-9]\d*)$/;
const BASED = /^([+-]?)0(?:([xX])([\da-fA-F]+)|([bB])([01]+)|[oO]?([0-7]+))$/;
const FLOAT = /^[+-]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][+-]?\d+)?$/;
/** Longer than any number that means something. */
const MAXIMUM_LENGTH = 400;

/** Quoted and block scalars are text. A number too large is `Infinity`, as JSON has none. */
export function scalarValue({ plain, text }: ScalarNode): ScalarValue {
  if (!plain) return TEXT;
  if (text === "") return NULL;
  const first = text.charCodeAt(0);
  const digit = first >= 48 && first <= 57;
  // + - .
  const sign = first === 43 || first === 45 || first === 46;
  if (!digit && !sign) return text.length <= 5 && Object.hasOwn(WORDS, text) ? (WORDS[text] ?? TEXT) : TEXT;
  if (text.length > MAXIMUM_LENGTH) return TEXT;
  if (sign && Object.hasOwn(WORDS, text)) return WORDS[text] ?? TEXT;
  if (first === 46) return FLOAT.test(text) ? number(Number(text)) : TEXT;
  if (TIMESTAMP.test(text)) return TEXT;
  return numberIn(text.includes("_") ? text.replaceAll("_", "") : text);
}

function numberIn(text: string): ScalarValue {
  if (DECIMAL.test(text)) return number(Number(text));
  const based = BASED.exec(text);
  if (based) {
    const [, minus, hex, hexDigits = "", binary, binaryDigits = "", octalDigits = ""] = based;
    const value = hex
      ? Number.parseInt(hexDigits, 16)
      : binary
        ? Number.parseInt(binaryDigits, 2)
        : Number.parseInt(octalDigits, 8);
    return number(minus === "-" ? -value : value);
  }
  return FLOAT.test(text) ? number(Number(text)) : TEXT;
}

function number(value: number): ScalarValue {
  return { is: "number", value };
}
