// A server that does not answer.

export const timeoutCode = "SLIPWAY_TIMEOUT";

export function timeoutError(): Error {
  return Object.assign(new Error("The server did not answer in time"), { code: timeoutCode });
}
