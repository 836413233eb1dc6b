// The id that an API server gives each request: with it its administrator finds the request in the audit log.
import type { Answer } from "./answer.ts";

/** An error of an answer may have the id of its request. */
export interface RequestError extends Error {
  requestId?: string;
}

/** It goes into the log as it is. */
const ID = /^[\w.:-]{1,128}$/;

/** Puts the id of the request into what went wrong with its answer, and gives that back. */
export function withRequestId<E>(error: E, { headers }: Pick<Answer, "headers">): E {
  const id = headers["audit-id"];
  if (error instanceof Error && typeof id === "string" && ID.test(id))
    Object.assign(error, { requestId: id } satisfies Partial<RequestError>);
  return error;
}

/** ` (Audit-Id 7f3c…)` for the log, where the error has one. */
export function requestWords(error: unknown): string {
  const id = error instanceof Error ? (error as RequestError).requestId : undefined;
  return id === undefined ? "" : ` (Audit-Id ${id})`;
}
