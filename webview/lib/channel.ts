// The way between a page and the extension; what comes in is checked, and the policy's refusals are reported.

interface Host {
  postMessage(message: unknown): void;
}

declare function acquireVsCodeApi(): Host;

export interface Channel<To> {
  post(message: To): void;
}

/** @param read gives a message as it must be, or undefined for what is none. */
export function openChannel<From, To>(
  read: (message: unknown) => From | undefined,
  receive: (message: From) => void,
  violation: (text: string) => To,
): Channel<To> {
  const host = acquireVsCodeApi();
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    const message = read(event.data);
    if (message !== undefined) receive(message);
  });
  document.addEventListener("securitypolicyviolation", (event) => {
    const what = `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`;
    host.postMessage(violation(what.slice(0, 500)));
  });
  return { post: (message) => host.postMessage(message) };
}
