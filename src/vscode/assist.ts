// Hovers and completions in manifests, from the schemas of Kubernetes.
import * as vscode from "vscode";
import type { ServedCluster } from "../app/stores/servedCluster.ts";
import type { KnownValues } from "../core/kube/live/values.ts";
import type { Completion, Hover } from "../core/language/assist.ts";
import type { Span } from "../core/syntax/lines.ts";
import { checkedAs } from "./diagnostics.ts";
import { readSetting } from "./settings.ts";

interface Place {
  path: string;
  text: string;
  offset: number;
  kubernetesVersion?: string | undefined;
  values?: KnownValues | undefined;
}

/** What this needs from the world: answers that do not come from this thread. */
export interface Assistant {
  hover(place: Place): Promise<Hover | undefined>;
  completions(place: Place): Promise<{ at: Span; items: readonly Completion[] } | undefined>;
}

/** Longer documents are not sent with each question. UTF-16 units. */
const MOST_LENGTH = 512 * 1024;

/** @param served what is known of the cluster that was asked last: nothing is asked for while somebody types. */
export function registerAssist(assistant: Assistant, served: ServedCluster): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerHoverProvider(
      { language: "yaml" },
      {
        async provideHover(document, position) {
          const place = placeOf(document, position, served);
          const found = place && (await assistant.hover(place));
          if (!found) return undefined;
          return new vscode.Hover(new vscode.MarkdownString(found.text), rangeOf(document, found.at));
        },
      },
    ),
    vscode.languages.registerCompletionItemProvider(
      { language: "yaml" },
      {
        async provideCompletionItems(document, position, token) {
          const place = placeOf(document, position, served);
          const found =
            place && (await assistant.completions({ ...place, values: served.valuesAt(Date.now()) }));
          if (!found || token.isCancellationRequested) return undefined;
          const range = rangeOf(document, found.at);
          return found.items.map((item, index) => toItem(item, range, index));
        },
      },
      // A value is asked for after the space that follows its colon.
      " ",
    ),
  );
}

function placeOf(
  document: vscode.TextDocument,
  position: vscode.Position,
  served: ServedCluster,
): Place | undefined {
  const path = document.uri.fsPath;
  if (!readSetting("check.enabled", path)) return undefined;
  const text = document.getText();
  if (text.length > MOST_LENGTH) return undefined;
  const version = readSetting("kubernetes.version", path);
  return {
    path: checkedAs(document),
    text,
    offset: document.offsetAt(position),
    kubernetesVersion: version === "" ? served.version : version,
  };
}

function rangeOf(document: vscode.TextDocument, { start, end }: Span): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

function toItem(item: Completion, range: vscode.Range, index: number): vscode.CompletionItem {
  const kind =
    item.kind === "field" ? vscode.CompletionItemKind.Property : vscode.CompletionItemKind.EnumMember;
  const made = new vscode.CompletionItem({ label: item.label, description: item.detail }, kind);
  made.range = range;
  made.insertText = new vscode.SnippetString(item.insert);
  // What is needed comes first, then as the schema has it.
  made.sortText = `${item.isNeeded ? 0 : 1}${String(index).padStart(5, "0")}`;
  if (item.text !== "") made.documentation = new vscode.MarkdownString(item.text);
  return made;
}
