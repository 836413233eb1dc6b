// Kubernetes' protobuf as JSON: kubectl sends some bodies so, whatever the server would rather have.
// The envelope is "k8s\0" and a runtime.Unknown (type, raw message); answers stay JSON, which it accepts.
import { badRequest } from "./failure.ts";
import { messageFields } from "./protobufFields.ts";

interface Field {
  name: string;
  type: string;
  form: "one" | "list" | "map" | "inline";
}

type Messages = ReadonlyMap<string, ReadonlyMap<number, Field>>;

/** What Go leaves out of JSON when it is zero, but protobuf always carries. */
const droppedWhenZero = new Set(
  "hostPort nodePort hostNetwork hostPID hostIPC stdin stdinOnce tty readOnly minReadySeconds paused generation count initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold publishNotReadyAddresses".split(
    " ",
  ),
);

/** @throws ApiFailure 400 for bytes that are no such message. */
export function decodeKubernetesProtobuf(body: Uint8Array): Record<string, unknown> {
  if (Buffer.from(body.subarray(0, 4)).toString("latin1") !== "k8s\0") {
    throw badRequest("the body is not Kubernetes protobuf");
  }
  const messages = parseFields();
  const envelope = readMessage(body.subarray(4));
  const type = readMessage(bytesOf(envelope.get(1)?.[0]));
  const kind = textOf(type.get(2)?.[0]);
  const raw = bytesOf(envelope.get(2)?.[0]);
  if (!messages.has(kind)) throw badRequest(`the sandbox does not read ${kind} as protobuf; send it as JSON`);
  return { apiVersion: textOf(type.get(1)?.[0]), kind, ...convert(messages, kind, raw) };
}

function parseFields(): Messages {
  const messages = new Map<string, Map<number, Field>>();
  for (const line of messageFields.trim().split("\n")) {
    const [message = "", ...fields] = line.split(" ");
    const parsed = new Map<number, Field>();
    for (const field of fields) {
      const match = /^(\d+)(\^?)(\w+):([*%]?)(\w+)$/.exec(field);
      if (!match) continue;
      const [, number, inline, name = "", mark, type = ""] = match;
      const form = inline ? "inline" : mark === "*" ? "list" : mark === "%" ? "map" : "one";
      parsed.set(Number(number), { name, type, form });
    }
    messages.set(message, parsed);
  }
  return messages;
}

/** The value of a field on the wire: a number, or bytes that the type says how to read. */
type Wire = number | Uint8Array;

function readMessage(bytes: Uint8Array): Map<number, Wire[]> {
  const fields = new Map<number, Wire[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) throw badRequest("the protobuf body ends too early");
      value += (byte & 0x7f) * 2 ** shift;
      // Negative numbers come as ten bytes, modulo 2 to the 64.
      if (byte < 0x80) return value >= 2 ** 63 ? value - 2 ** 64 : value;
    }
    throw badRequest("the protobuf body has a number that is too long");
  };
  const take = (length: number): Uint8Array => {
    if (length < 0 || at + length > bytes.length) throw badRequest("the protobuf body ends too early");
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const kind = key % 8;
    const value =
      kind === 0 ? varint() : kind === 2 ? take(varint()) : take(kind === 1 ? 8 : kind === 5 ? 4 : -1);
    const number = Math.floor(key / 8);
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

function convert(messages: Messages, message: string, bytes: Uint8Array): Record<string, unknown> {
  const known = messages.get(message);
  const result: Record<string, unknown> = {};
  for (const [number, values] of readMessage(bytes)) {
    const field = known?.get(number);
    if (!field) continue;
    const { name, type, form } = field;
    if (form === "list") result[name] = values.map((value) => valueOf(messages, type, value));
    else if (form === "map") {
      const entries = values.map((entry) => {
        const parts = readMessage(bytesOf(entry));
        return [textOf(parts.get(1)?.[0]), valueOf(messages, type, parts.get(2)?.[0] ?? new Uint8Array(0))];
      });
      result[name] = Object.fromEntries(entries);
    } else {
      const value = valueOf(messages, type, values.at(-1) ?? 0);
      if (form === "inline") Object.assign(result, value);
      else if (value !== "" && value !== undefined && !(droppedWhenZero.has(name) && !value))
        result[name] = value;
    }
  }
  return result;
}

function valueOf(messages: Messages, type: string, value: Wire): unknown {
  switch (type) {
    case "string":
      return textOf(value);
    case "bytes":
      return Buffer.from(bytesOf(value)).toString("base64");
    case "bool":
      return value !== 0;
    case "int32":
    case "int64":
    case "uint32":
      return value;
    case "quantity":
      return textOf(readMessage(bytesOf(value)).get(1)?.[0]);
    case "time": {
      const seconds = readMessage(bytesOf(value)).get(1)?.[0];
      return typeof seconds === "number" && seconds > 0
        ? `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z`
        : undefined;
    }
    case "intOrString": {
      const parts = readMessage(bytesOf(value));
      return parts.get(1)?.[0] === 1 ? textOf(parts.get(3)?.[0]) : (parts.get(2)?.[0] ?? 0);
    }
    default:
      return convert(messages, type, bytesOf(value));
  }
}

function bytesOf(value: Wire | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}

function textOf(value: Wire | undefined): string {
  return Buffer.from(bytesOf(value)).toString("utf8");
}
