// An answer of the API that is a failure: the code, the reason and the words of a Status object.

export interface FailureDetails {
  name?: string;
  group?: string;
  kind?: string;
  causes?: { reason: string; message: string; field: string }[];
  retryAfterSeconds?: number;
}

export class ApiFailure extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: FailureDetails | undefined;

  constructor(code: number, reason: string, message: string, details?: FailureDetails) {
    super(message);
    this.name = "ApiFailure";
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

export function statusOf(failure: ApiFailure): object {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: failure.message,
    reason: failure.reason,
    ...(failure.details ? { details: failure.details } : {}),
    code: failure.code,
  };
}

export function badRequest(message: string): ApiFailure {
  return new ApiFailure(400, "BadRequest", message);
}

export function expired(message = "The resourceVersion for the provided watch is too old."): ApiFailure {
  return new ApiFailure(410, "Expired", message);
}

export function notFoundPath(): ApiFailure {
  return new ApiFailure(404, "NotFound", "the server could not find the requested resource");
}

/** 422 with one cause, in the words of the real API. */
export function invalid(
  kind: string,
  group: string,
  name: string,
  field: string,
  message: string,
): ApiFailure {
  const shown = group ? `${kind}.${group}` : kind;
  return new ApiFailure(422, "Invalid", `${shown} "${name}" is invalid: ${field}: ${message}`, {
    name,
    group,
    kind,
    causes: [{ reason: "FieldValueInvalid", message, field }],
  });
}
