// Quick fixes: the edits that findings carry, and turning a rule off for a line or for good.
import * as vscode from "vscode";
import type { Finding } from "../core/syntax/finding.ts";
import { type Diagnostics, documentSelector } from "./diagnostics.ts";
import { toDiagnostic, toRange, toTextEdit } from "./ranges.ts";

export function registerQuickFixes(diagnostics: Diagnostics): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    documentSelector,
    {
      provideCodeActions(document, range, context) {
        if (context.only && !context.only.contains(vscode.CodeActionKind.QuickFix)) return [];
        return diagnostics
          .findings(document)
          .filter((finding) => toRange(finding.range).intersection(range) !== undefined)
          .flatMap((finding) => [...fixes(document, finding), ...ignore(document, finding)]);
      },
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

function fixes(document: vscode.TextDocument, finding: Finding): vscode.CodeAction[] {
  return finding.fixes.map((fix, index) => {
    const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
    action.edit = new vscode.WorkspaceEdit();
    action.edit.set(document.uri, fix.edits.map(toTextEdit));
    action.diagnostics = [toDiagnostic(finding)];
    action.isPreferred = index === 0;
    return action;
  });
}

function ignore(document: vscode.TextDocument, finding: Finding): vscode.CodeAction[] {
  if (finding.rule === "syntax" || document.languageId.startsWith("json")) return [];
  const action = new vscode.CodeAction(`Ignore ${finding.rule} here`, vscode.CodeActionKind.QuickFix);
  const line = document.lineAt(finding.range.start.line);
  const indent = line.text.slice(0, line.firstNonWhitespaceCharacterIndex);
  action.edit = new vscode.WorkspaceEdit();
  action.edit.insert(document.uri, line.range.start, `${indent}# slipway-ignore ${finding.rule}: say why\n`);
  action.diagnostics = [toDiagnostic(finding)];
  return [action];
}
