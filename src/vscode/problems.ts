// Findings of jobs (a failed build) as diagnostics; editing the file takes them away, for they speak of the
// text as it was.
import * as vscode from "vscode";
import type { Problems } from "../app/stores/problems.ts";
import { toDiagnostic } from "./ranges.ts";

/** @param name of the collection, which nobody sees. */
export function showProblems(problems: Problems, name = "slipway-jobs"): vscode.Disposable {
  const shown = vscode.languages.createDiagnosticCollection(name);
  const listener = problems.changed((path) => {
    shown.set(vscode.Uri.file(path), problems.get(path).map(toDiagnostic));
  });
  return vscode.Disposable.from(shown, listener);
}
