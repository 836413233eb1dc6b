// What a .dockerignore leaves out of a build context, decided as BuildKit decides it while it walks the folder.
// Source: github.com/moby/patternmatcher (ignorefile, MatchesUsingParentResults).
import { cleanPath, type PathPattern, pathPattern } from "./pathPattern.ts";

export interface IgnoreLine {
  /** From 1, as an editor counts. */
  line: number;
  /** As it is written, without white space around it. */
  text: string;
}

interface IgnoreRule extends IgnoreLine {
  /** Written with `!`: takes back in. */
  isException: boolean;
  pattern: PathPattern;
}

export interface Dockerignore {
  rules: readonly IgnoreRule[];
  hasExceptions: boolean;
  /** The first line that the builder refuses; it builds nothing then. */
  problem: IgnoreLine | undefined;
}

export function parseDockerignore(text: string): Dockerignore {
  const rules: IgnoreRule[] = [];
  let problem: IgnoreLine | undefined;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .entries()) {
    const written = raw.trim();
    if (raw.startsWith("#") || written === "") continue;
    const at: IgnoreLine = { line: index + 1, text: written };
    const isException = written.startsWith("!");
    const path = (isException ? written.slice(1) : written).trim();
    const pattern = path === "" ? undefined : pathPattern(cleanPath(path).replace(/^\/(?=.)/, ""));
    if (pattern) rules.push({ ...at, isException, pattern });
    else problem ??= at;
  }
  return { rules, hasExceptions: rules.some((rule) => rule.isException), problem };
}

/**
 * The line that leaves a path out; undefined when it is sent.
 * @param path relative to the context, with slashes.
 */
export function leftOutBy({ rules }: Dockerignore, path: string): IgnoreLine | undefined {
  const parts = cleanPath(path).replace(/^\//, "").split("/");
  let above: boolean[] = [];
  let leftOut: IgnoreRule | undefined;
  for (const [depth] of parts.entries()) {
    const here = parts.slice(0, depth + 1).join("/");
    leftOut = undefined;
    const matched: boolean[] = [];
    for (const [index, rule] of rules.entries()) {
      let isMatch = above[index] === true;
      // A rule that can change nothing is not looked at, and is not known to fit when it comes to what lies below.
      if (!isMatch && rule.isException === (leftOut !== undefined)) isMatch = rule.pattern.matches(here);
      matched.push(isMatch);
      if (isMatch) leftOut = rule.isException ? undefined : rule;
    }
    above = matched;
  }
  return leftOut && { line: leftOut.line, text: leftOut.text };
}
