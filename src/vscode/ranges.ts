// Our ranges as VS Code's, and findings as diagnostics.
import * as vscode from "vscode";
import type { Edit, Finding, Range } from "../core/syntax/finding.ts";

export function toRange({ start, end }: Range): vscode.Range {
  return new vscode.Range(start.line, start.column, end.line, end.column);
}

export function toTextEdit(edit: Edit): vscode.TextEdit {
  return vscode.TextEdit.replace(toRange(edit.range), edit.text);
}

export function toDiagnostic(finding: Finding): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    toRange(finding.range),
    finding.message,
    severity[finding.severity],
  );
  diagnostic.source = "Slipway";
  diagnostic.code = finding.source
    ? { value: finding.rule, target: vscode.Uri.parse(finding.source) }
    : finding.rule;
  return diagnostic;
}

/** `21:36`. */
export function timeOfDay(atMs: number): string {
  return new Date(atMs).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

const severity = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};
