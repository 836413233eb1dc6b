// One value beside its schema: whether the API server can read it, as Go's JSON reader and Kubernetes' own types do.
import type { ScalarNode } from "../../syntax/node.ts";
import { scalarValue } from "../../syntax/yamlScalar.ts";
import { parseQuantity } from "../quantity.ts";
import type { BadFormat, WrongType } from "./fault.ts";
import { isNamed, type NameFormat } from "./names.ts";
import type { ScalarSchema } from "./schema.ts";

export type ScalarFault =
  | { readonly is: "wrong-type"; readonly got: WrongType["got"] }
  | { readonly is: "wrong-value"; readonly values: readonly string[]; readonly later: boolean }
  | { readonly is: "bad-format"; readonly format: BadFormat["format"] }
  | { readonly is: "bad-name"; readonly format: NameFormat };

/** What some other program has yet to fill in: `${X}`, `$X`, `{{ x }}`, `<% x %>`. */
const PLACEHOLDER = /\$\{|\{\{|<%|^\$\w+$|\$\(/;

/** True for what is not yet the value that the server will see. */
export function isPlaceholder(node: ScalarNode): boolean {
  return PLACEHOLDER.test(node.text);
}

export function scalarKind(node: ScalarNode): WrongType["got"] {
  const value = scalarValue(node);
  return value.is === "null" ? "nothing" : value.is;
}

/** @returns undefined for a value that is right, or null. */
export function scalarFault(node: ScalarNode, schema: ScalarSchema): ScalarFault | undefined {
  const value = scalarValue(node);
  if (value.is === "null") return undefined;
  const fault =
    value.is === "text"
      ? textFault(node.text, schema)
      : value.is === "number"
        ? numberFault(value.value, schema)
        : schema.type === "boolean"
          ? undefined
          : wrong("boolean");
  return fault && !isPlaceholder(node) ? fault : undefined;
}

function textFault(text: string, schema: ScalarSchema): ScalarFault | undefined {
  switch (schema.type) {
    case "string":
      return stringFault(text, schema);
    case "integer-or-string":
      return namedFault(text, schema);
    case "quantity":
      return parseQuantity(text.trim()) === undefined ? bad("quantity") : undefined;
    default:
      return wrong("text");
  }
}

function stringFault(text: string, schema: ScalarSchema): ScalarFault | undefined {
  if (schema.values && (text !== "" || schema.emptyCounts) && !schema.values.includes(text))
    return { is: "wrong-value", values: schema.values, later: schema.later?.includes(text) === true };
  if (schema.minLength !== undefined && lengthOf(text) < schema.minLength) return bad("length");
  if (schema.maxLength !== undefined && lengthOf(text) > schema.maxLength) return bad("length");
  if (schema.pattern && text.length <= MAXIMUM_MATCHED && !schema.pattern.test(text)) return bad("pattern");
  if (schema.named) return namedFault(text, schema);
  switch (schema.format) {
    case "byte":
      return isBase64(text) ? undefined : bad("base64");
    case "date-time":
      return isTime(text) ? undefined : bad("time");
    case "micro-time":
      return isTime(text) && /:\d\d\.\d{6}(?:Z|[+-])/.test(text) ? undefined : bad("micro-time");
    case "duration":
      return DURATION.test(text) ? undefined : bad("duration");
    default:
      return undefined;
  }
}

/** An empty name is none. */
function namedFault(text: string, { named }: ScalarSchema): ScalarFault | undefined {
  return named === undefined || text === "" || isNamed(text, named)
    ? undefined
    : { is: "bad-name", format: named };
}

/** As long as patterns are tried: their time may grow with the square of it. */
const MAXIMUM_MATCHED = 500;

function numberFault(value: number, schema: ScalarSchema): ScalarFault | undefined {
  const whole = schema.type === "integer" || schema.type === "integer-or-string";
  if (schema.type === "quantity") return undefined;
  if (!whole && schema.type !== "number") return wrong("number");
  if (whole && !Number.isInteger(value)) return wrong("number");
  if (whole && !fitsBits(value, schema)) return bad("range");
  const { minimum = -Infinity, maximum = Infinity } = schema;
  return value < minimum || value > maximum ? bad("bounds") : undefined;
}

const INT32 = 2 ** 31;
const INT64 = 2 ** 63;

function fitsBits(value: number, { type, format }: ScalarSchema): boolean {
  if (type === "integer" && format === undefined) return true;
  const limit = format === "int64" ? INT64 : INT32;
  return value >= -limit && value < limit;
}

function lengthOf(text: string): number {
  // Code points, as Go counts them.
  return Array.from(text).length;
}

/** As Go's base64.StdEncoding reads it: line breaks are skipped, padding is needed. */
function isBase64(text: string): boolean {
  const plain = /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, "") : text;
  return plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain);
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** RFC 3339 as Go's time.Parse takes it. */
function isTime(text: string): boolean {
  const match = TIME.exec(text);
  if (!match) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysIn(year, month) &&
    hour < 24 &&
    minute < 60 &&
    second < 60
  );
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** As Go's time.ParseDuration. */
const DURATION = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

function wrong(got: WrongType["got"]): ScalarFault {
  return { is: "wrong-type", got };
}

function bad(format: BadFormat["format"]): ScalarFault {
  return { is: "bad-format", format };
}
