// The events of a watch out of its stream of bytes, in JSON lines or in protobuf frames.
// Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding-idl (streams of frames), and
// WatchEvent and RawExtension in generated.proto of k8s.io/apimachinery (v0.34.4)
import type { Kind } from "../../core/kube/kind.ts";
import { field, type KubeObject, list, text } from "../../core/kube/object.ts";
import { statusWire, type WireMessage } from "../../core/kube/wire.ts";
import { ByteRest } from "./byteRest.ts";
import { ByteLines, maximumLineBytes } from "./jsonBytes.ts";
import { tableAccept, type TableRows, unprintedAccept } from "./tableRows.ts";
import type { Answer } from "./answer.ts";
import { bytesField, protobufType, unwrap, WireReader } from "./wire.ts";

export interface WatchFrame {
  /** ADDED, MODIFIED, DELETED, BOOKMARK or ERROR. */
  readonly type: string;
  /** With the fields that rows need, or a Status with ERROR. */
  readonly object: KubeObject;
  /** The object's, read when it is asked for, which must be before the next event: of thousands nobody asks. */
  readonly version: () => string | undefined;
  /** The objects that were there when the watch began have all come. */
  readonly endsInitial: boolean;
}

export interface WatchFrames {
  /** The events that `chunk` completes. @throws RangeError for one over 16 MiB, or bytes that are none. */
  push(chunk: Buffer): Iterable<WatchFrame>;
  /** The stream has ended. @throws for half an event, or what is none: a page that a proxy puts in its place. */
  end(): void;
}

const END = "k8s.io/initial-events-end";

/** What to ask for: in protobuf only the fields of a row are read of an object. */
export function watchAcceptFor(kind: Kind, table?: TableRows): string | undefined {
  if (table) return table.isRefused ? unprintedAccept(kind, "watch") : tableAccept;
  return kind.wire ? `${protobufType};stream=watch, application/json` : undefined;
}

/** A reader for what the server chose to send. @throws SyntaxError where that is a page for people. */
export function watchFrames(answer: Answer, kind: Kind, table?: TableRows): WatchFrames {
  const type = String(answer.headers["content-type"]);
  if (type.startsWith("text/html")) throw new SyntaxError("it is no JSON");
  const isWire = type.startsWith(protobufType);
  return isWire && kind.wire ? new WireFrames(kind.wire) : new JsonFrames(table);
}

class JsonFrames implements WatchFrames {
  readonly #lines = new ByteLines();
  readonly #table: TableRows | undefined;

  /** @param table for a kind that is listed as a Table. */
  constructor(table: TableRows | undefined) {
    this.#table = table;
  }

  *push(chunk: Buffer): Generator<WatchFrame> {
    for (const line of this.#lines.push(chunk)) {
      const event: unknown = JSON.parse(line.toString("utf8"));
      const type = text(event, "type") ?? "";
      const sent = field(event, "object") as KubeObject;
      const object = this.#table && type !== "ERROR" ? this.#table.event(sent) : sent;
      const version = () => text(object, "metadata", "resourceVersion");
      const endsInitial = field(object, "metadata", "annotations", END) === "true";
      yield { type, object, version, endsInitial };
    }
  }

  end(): void {
    const rest = this.#lines.end().toString("latin1").trim();
    if (rest === "") return;
    throw rest.startsWith("{") ? cut() : new SyntaxError("it is no JSON");
  }
}

function cut(): Error {
  return Object.assign(new Error("The watch was cut"), { code: "ECONNRESET" });
}

/** WatchEvent. */
const TYPE = 1;
const OBJECT = 2;
/** RawExtension. */
const RAW = 1;

const eventWire: WireMessage = { [TYPE]: { name: "type", type: "string" } };
const entry: WireMessage = { 1: { name: "key", type: "string" }, 2: { name: "value", type: "string" } };
const errorWire: WireMessage = { ...statusWire, 6: { name: "code", type: "integer" } };
const versionWire: WireMessage = {
  1: { name: "metadata", type: { 6: { name: "resourceVersion", type: "string" } } },
};
const bookmarkWire: WireMessage = {
  1: { name: "metadata", type: { 12: { name: "annotations", type: entry, repeated: true } } },
};
const HEAD_BYTES = 4;

class WireFrames implements WatchFrames {
  readonly #message: WireMessage;
  readonly #reader = new WireReader();
  readonly #rest = new ByteRest();

  constructor(message: WireMessage) {
    this.#message = message;
  }

  *push(chunk: Buffer): Generator<WatchFrame> {
    const bytes = this.#rest.join(chunk);
    let at = 0;
    while (bytes.length - at >= HEAD_BYTES) {
      const length = bytes.readUInt32BE(at);
      if (length > maximumLineBytes) throw new RangeError("An event of the watch is longer than 16 MiB.");
      const end = at + HEAD_BYTES + length;
      if (end > bytes.length) break;
      yield this.#frame(bytes.subarray(at + HEAD_BYTES, end));
      at = end;
    }
    this.#rest.keep(bytes, at);
  }

  end(): void {
    if (!this.#rest.isEmpty) throw cut();
  }

  /** @param event without the envelope that its object has. */
  #frame(event: Buffer): WatchFrame {
    const extension = bytesField(event, OBJECT);
    const inner = extension && bytesField(extension, RAW);
    const object = inner && unwrap(inner);
    if (!object) throw new RangeError("An event of the watch is no Kubernetes protobuf.");
    const type = text(this.#reader.read(event, eventWire), "type") ?? "";
    if (type === "ERROR") {
      const status = this.#reader.read(object, errorWire);
      return { type, object: status, version: () => undefined, endsInitial: false };
    }
    const version = () => text(this.#reader.read(object, versionWire), "metadata", "resourceVersion");
    if (type === "BOOKMARK") {
      const annotations = list(this.#reader.read(object, bookmarkWire), "metadata", "annotations");
      const endsInitial = annotations.some(
        (one) => text(one, "key") === END && text(one, "value") === "true",
      );
      return { type, object: {}, version, endsInitial };
    }
    return { type, object: this.#reader.read(object, this.#message), version, endsInitial: false };
  }
}
