// Quick fixes: the edits that findings carry, all of a rule, all that would be refused, and waving a rule through.
import * as vscode from "vscode";
import type { ClusterFindings } from "../app/stores/clusterFindings.ts";
import type { FixScope } from "../core/rules/fixing.ts";
import type { Finding } from "../core/syntax/finding.ts";
import { type Diagnostics, documentSelector } from "./diagnostics.ts";
import { toDiagnostic, toRange, toTextEdit } from "./ranges.ts";

const { QuickFix, SourceFixAll } = vscode.CodeActionKind;
const fixAllKind = SourceFixAll.append("slipway");

/** An action whose edits are made when somebody takes it. */
class FixAll extends vscode.CodeAction {
  readonly document: vscode.TextDocument;
  readonly scope: FixScope;

  constructor(title: string, kind: vscode.CodeActionKind, document: vscode.TextDocument, scope: FixScope) {
    super(title, kind);
    this.document = document;
    this.scope = scope;
  }
}

/** @param clusters what clusters said: those findings have fixes, too. */
export function registerQuickFixes(diagnostics: Diagnostics, clusters: ClusterFindings): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    documentSelector,
    {
      async provideCodeActions(document, range, { only }) {
        const wants = (kind: vscode.CodeActionKind) => only?.contains(kind) ?? false;
        if (only && !wants(QuickFix)) return wants(fixAllKind) ? [refused(document)] : [];
        const findings = await diagnostics.findings(document);
        const asked = clusters.get(document.uri.toString())?.findings ?? [];
        const here = [...findings, ...asked].filter(
          (finding) => toRange(finding.range).intersection(range) !== undefined,
        );
        return [
          ...here.flatMap((finding) => [...fixes(document, finding), ...ignore(document, finding)]),
          ...ofRules(document, findings, here),
        ];
      },
      async resolveCodeAction(action) {
        if (!(action instanceof FixAll)) return action;
        const edits = await diagnostics.fixes(action.document, action.scope);
        action.edit = new vscode.WorkspaceEdit();
        action.edit.set(action.document.uri, edits.map(toTextEdit));
        return action;
      },
    },
    { providedCodeActionKinds: [QuickFix, fixAllKind] },
  );
}

/** What `slipway check --fix` does; an editor may do it at each save. */
function refused(document: vscode.TextDocument): vscode.CodeAction {
  return new FixAll("Slipway: fix all that would be refused", fixAllKind, document, "refused");
}

/** For each rule that has several findings with a fix, and one of them here. */
function ofRules(
  document: vscode.TextDocument,
  all: readonly Finding[],
  here: readonly Finding[],
): vscode.CodeAction[] {
  const rules = new Set(here.filter(({ fixes: some }) => some.length > 0).map(({ rule }) => rule));
  rules.delete("configuration");
  return [...rules].flatMap((rule) => {
    const findings = all.filter((finding) => finding.rule === rule && finding.fixes.length > 0);
    if (findings.length < 2) return [];
    const action = new FixAll(`Fix all ${findings.length} of ${rule} in this file`, QuickFix, document, {
      rule,
    });
    action.diagnostics = findings.map(toDiagnostic);
    return [action];
  });
}

function fixes(document: vscode.TextDocument, finding: Finding): vscode.CodeAction[] {
  return finding.fixes.map((fix, index) => {
    const action = new vscode.CodeAction(fix.title, QuickFix);
    action.edit = new vscode.WorkspaceEdit();
    action.edit.set(document.uri, fix.edits.map(toTextEdit));
    action.diagnostics = [toDiagnostic(finding)];
    action.isPreferred = index === 0;
    return action;
  });
}

/** A comment that waves the rule through, here or in the whole file; the cursor waits where the reason goes. */
function ignore(document: vscode.TextDocument, finding: Finding): vscode.CodeAction[] {
  const { rule } = finding;
  if (rule === "syntax" || rule === "configuration" || document.languageId === "json") return [];
  const mark = document.languageId.startsWith("json") ? "//" : "#";
  const line = document.lineAt(finding.range.start.line);
  const indent = line.text.slice(0, line.firstNonWhitespaceCharacterIndex);
  const comments = [
    { where: "here", at: line.range.start, text: `${indent}${mark} slipway-ignore ${rule}: ` },
    { where: "in this file", at: top(document), text: `${mark} slipway-ignore-file ${rule}: ` },
  ];
  return comments.map(({ where, at, text }) => {
    const action = new vscode.CodeAction(`Ignore ${rule} ${where}`, QuickFix);
    const snippet = new vscode.SnippetString().appendText(text).appendPlaceholder("say why").appendText("\n");
    action.edit = new vscode.WorkspaceEdit();
    action.edit.set(document.uri, [vscode.SnippetTextEdit.insert(at, snippet)]);
    action.diagnostics = [toDiagnostic(finding)];
    return action;
  });
}

/** The first line, or the one after a Dockerfile's `# syntax=` and `# escape=`, which have to come first. */
function top(document: vscode.TextDocument): vscode.Position {
  let line = 0;
  if (document.languageId === "dockerfile")
    while (line < document.lineCount - 1 && /^\s*#\s*\w+\s*=/.test(document.lineAt(line).text)) line++;
  return new vscode.Position(line, 0);
}
