// One page of a list while it arrives, in JSON or protobuf: its items, and where the list goes on.
import type { Kind } from "../../core/kube/kind.ts";
import { field, type KubeObject, text } from "../../core/kube/object.ts";
import { ListItems } from "./jsonBytes.ts";
import { tableAccept, type TableRows, unprintedAccept } from "./tableRows.ts";
import type { Answer } from "./answer.ts";
import { protobufType, WireItems } from "./wire.ts";

export interface ListPage {
  /** The items that `chunk` completes. */
  push(chunk: Buffer): Iterable<KubeObject>;
  /** Token of the next page, as soon as it is known; undefined for the last page. */
  readonly next: string | undefined;
  /** The version the list is of. @throws an error like a cut connection's when the page is not whole. */
  end(): string | undefined;
}

/** What to ask for: protobuf is a third of the server's and our work where the kind's fields are known. */
export function acceptFor(kind: Kind, table?: TableRows): string {
  if (table) return table.isRefused ? unprintedAccept(kind, "list") : tableAccept;
  return kind.wire ? `${protobufType}, application/json` : "application/json";
}

/** A reader for what the server chose to send; `table` for a kind that is listed as a Table. */
export function listPage(answer: Answer, kind: Kind, table?: TableRows): ListPage {
  const isWire = String(answer.headers["content-type"]).startsWith(protobufType);
  return isWire && kind.wire ? new WirePage(new WireItems(kind.wire)) : new JsonPage(table);
}

class JsonPage implements ListPage {
  readonly #items = new ListItems();
  readonly #table: TableRows | undefined;
  #envelope: unknown;
  /** Undefined before anything has come. */
  #isObject: boolean | undefined;

  constructor(table: TableRows | undefined) {
    this.#table = table;
  }

  *push(chunk: Buffer): Iterable<KubeObject> {
    this.#isObject ??= chunk.toString("latin1", 0, 64).trimStart().startsWith("{");
    for (const item of this.#items.push(chunk)) {
      // The head is read once, with the first item.
      if (this.#envelope === undefined) {
        this.#envelope = this.#items.head();
        this.#table?.begin(this.#envelope);
      }
      const object = JSON.parse(item.toString("utf8")) as KubeObject;
      yield this.#table ? this.#table.item(object) : object;
    }
  }

  get next(): string | undefined {
    return text(this.#envelope, "metadata", "continue");
  }

  end(): string | undefined {
    try {
      this.#envelope = this.#items.envelope();
    } catch {
      throw this.#isObject === false ? new SyntaxError("it is no JSON") : cut();
    }
    // A proxy's page may be JSON too.
    const items = field(this.#envelope, "items") ?? field(this.#envelope, "rows");
    if (!Array.isArray(items) && items !== null) throw new SyntaxError("it is no list");
    // A list without rows has columns too, and its watch need not tell them again.
    this.#table?.begin(this.#envelope);
    return text(this.#envelope, "metadata", "resourceVersion");
  }
}

class WirePage implements ListPage {
  readonly #items: WireItems;

  constructor(items: WireItems) {
    this.#items = items;
  }

  push(chunk: Buffer): Iterable<KubeObject> {
    return this.#items.push(chunk);
  }

  get next(): string | undefined {
    return text(this.#items.metadata, "continue");
  }

  end(): string | undefined {
    if (!this.#items.isWhole) throw cut();
    return text(this.#items.metadata, "resourceVersion");
  }
}

function cut(): Error {
  return Object.assign(new Error("The list was cut"), { code: "ECONNRESET" });
}
