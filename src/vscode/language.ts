// What the editor shows beside findings: outline, folding, definitions and references, and what can be done with a
// manifest above its first line. What knows the files is loaded with the first of them.
import * as vscode from "vscode";
import type { Definition, FileObjects } from "../core/language/references.ts";
import type { OutlineItem, OutlineKind } from "../core/language/outline.ts";
import type { ClusterFindings, ClusterVerdict } from "../app/stores/clusterFindings.ts";
import { count } from "../base/words.ts";
import { Lines } from "../core/syntax/lines.ts";
import { checkedAs, documentSelector } from "./diagnostics.ts";
import { timeOfDay, toRange } from "./ranges.ts";

const knowledge = () =>
  Promise.all([
    import("../core/language/outline.ts"),
    import("../core/language/folding.ts"),
    import("../core/language/references.ts"),
  ]);

const MANIFESTS = "**/*.{yaml,yml}";
/** Files of the workspace that are looked through for a definition. */
const MOST_FILES = 500;
const MOST_FILE_BYTES = 1024 * 1024;

/** @param verdicts of clusters, which are told above a manifest. */
export function registerLanguage(verdicts: ClusterFindings): vscode.Disposable {
  const verdictsChanged = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    verdictsChanged,
    verdicts.changed(() => verdictsChanged.fire()),
    vscode.languages.registerDocumentSymbolProvider(
      documentSelector,
      {
        async provideDocumentSymbols(document) {
          const [{ outline }] = await knowledge();
          const text = document.getText();
          const lines = new Lines(text);
          return outline(checkedAs(document), text).map((item) => toSymbol(item, lines));
        },
      },
      { label: "Slipway" },
    ),
    vscode.languages.registerFoldingRangeProvider(documentSelector, {
      async provideFoldingRanges(document) {
        const [, { folds }] = await knowledge();
        return folds(checkedAs(document), document.getText()).map(
          ({ first, last, isComment }) =>
            new vscode.FoldingRange(first, last, isComment ? vscode.FoldingRangeKind.Comment : undefined),
        );
      },
    }),
    vscode.languages.registerDefinitionProvider({ language: "yaml" }, { provideDefinition: definitionsAt }),
    vscode.languages.registerReferenceProvider(
      { language: "yaml" },
      { provideReferences: (document, position, _context, token) => referencesTo(document, position, token) },
    ),
    vscode.languages.registerCodeLensProvider(
      { language: "yaml" },
      {
        onDidChangeCodeLenses: verdictsChanged.event,
        provideCodeLenses: (document) => lenses(document, verdicts),
      },
    ),
  );
}

const symbolKinds: Readonly<Record<OutlineKind, vscode.SymbolKind>> = {
  object: vscode.SymbolKind.Module,
  section: vscode.SymbolKind.Namespace,
  container: vscode.SymbolKind.Package,
  port: vscode.SymbolKind.Interface,
  key: vscode.SymbolKind.Property,
  stage: vscode.SymbolKind.Module,
  instruction: vscode.SymbolKind.Function,
  service: vscode.SymbolKind.Package,
};

function toSymbol(item: OutlineItem, lines: Lines): vscode.DocumentSymbol {
  const symbol = new vscode.DocumentSymbol(
    // A key of a file that is being written may be empty, which VS Code refuses.
    item.name === "" ? "(no name)" : item.name,
    item.detail,
    symbolKinds[item.kind],
    toRange(lines.rangeOf(item.whole)),
    toRange(lines.rangeOf(item.at)),
  );
  symbol.children = item.children.map((child) => toSymbol(child, lines));
  return symbol;
}

interface KnownFile {
  uri: vscode.Uri;
  lines: Lines;
  objects: FileObjects;
}

async function definitionsAt(
  document: vscode.TextDocument,
  position: vscode.Position,
  token: vscode.CancellationToken,
): Promise<vscode.Location[]> {
  const [, , { meant, fileObjects }] = await knowledge();
  const here = known(document, fileObjects);
  const offset = document.offsetAt(position);
  const reference = here.objects.references.find(({ at }) => at.start <= offset && offset <= at.end);
  if (!reference) return [];
  const files = await workspaceFiles(here, token);
  return files.flatMap((file) =>
    meant(reference, file.objects.definitions).map((one) => location(file, one)),
  );
}

async function referencesTo(
  document: vscode.TextDocument,
  position: vscode.Position,
  token: vscode.CancellationToken,
): Promise<vscode.Location[]> {
  const [, , { meant, fileObjects }] = await knowledge();
  const here = known(document, fileObjects);
  const offset = document.offsetAt(position);
  const inside = ({ at }: { at: { start: number; end: number } }) => at.start <= offset && offset <= at.end;
  const reference = here.objects.references.find(inside);
  const files = await workspaceFiles(here, token);
  const definitions = reference
    ? files.flatMap((file) => meant(reference, file.objects.definitions))
    : here.objects.definitions.filter(inside);
  return files.flatMap((file) =>
    file.objects.references
      .filter((one) => meant(one, definitions).length > 0)
      .map((one) => location(file, one)),
  );
}

function location({ uri, lines }: KnownFile, { at }: Pick<Definition, "at">): vscode.Location {
  return new vscode.Location(uri, toRange(lines.rangeOf(at)));
}

function known(document: vscode.TextDocument, read: (text: string) => FileObjects): KnownFile {
  const text = document.getText();
  return { uri: document.uri, lines: new Lines(text), objects: read(text) };
}

/** This file first, then the manifests of the workspace, with edits that are not saved. */
async function workspaceFiles(here: KnownFile, token: vscode.CancellationToken): Promise<KnownFile[]> {
  const [, , { fileObjects }] = await knowledge();
  const open = new Map(vscode.workspace.textDocuments.map((document) => [document.uri.toString(), document]));
  const uris = await vscode.workspace.findFiles(MANIFESTS, "**/node_modules/**", MOST_FILES, token);
  const files = [here];
  for (const uri of uris) {
    if (token.isCancellationRequested) break;
    if (uri.toString() === here.uri.toString()) continue;
    const document = open.get(uri.toString());
    if (document) files.push(known(document, fileObjects));
    else {
      const text = await textOf(uri);
      // Each file is read in a turn of its own, so that none waits for all.
      if (text !== undefined) files.push({ uri, lines: new Lines(text), objects: fileObjects(text) });
    }
  }
  return files;
}

async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > MOST_FILE_BYTES) return undefined;
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    // Gone meanwhile, or not to be read: then it defines nothing.
    return undefined;
  }
}

/** Says when the cluster was last asked, and what came of it. */
function checkTitle(verdict: ClusterVerdict | undefined): string {
  if (!verdict) return "Check against cluster";
  return `Checked against ${verdict.context} at ${timeOfDay(verdict.atMs)}: ${count(verdict.findings.length, "finding")}`;
}

async function lenses(document: vscode.TextDocument, verdicts: ClusterFindings): Promise<vscode.CodeLens[]> {
  const [{ firstObjectAt }] = await knowledge();
  const { forwardables } = await import("../core/language/forwardable.ts");
  const first = firstObjectAt(checkedAs(document), document.getText());
  if (first === undefined) return [];
  const { line } = document.positionAt(first);
  const range = new vscode.Range(line, 0, line, 0);
  const path = document.uri.scheme === "file" ? [document.uri.fsPath] : [];
  return [
    new vscode.CodeLens(range, { title: "Apply…", command: "slipway.applyManifest", arguments: path }),
    new vscode.CodeLens(range, {
      title: "Where would it run?",
      command: "slipway.whereWouldItRun",
      arguments: path,
    }),
    new vscode.CodeLens(range, {
      title: checkTitle(verdicts.get(document.uri.toString())),
      command: "slipway.checkAgainstCluster",
      arguments: path,
    }),
    ...forwardables(checkedAs(document), document.getText()).map(({ start, ...object }) => {
      const at = document.positionAt(start).line;
      const written = { type: "written", ...object };
      return new vscode.CodeLens(new vscode.Range(at, 0, at, 0), {
        title: "Forward…",
        command: "slipway.forwardPort",
        arguments: [written],
      });
    }),
  ];
}
