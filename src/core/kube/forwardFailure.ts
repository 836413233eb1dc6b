// What the node says when a forwarded connection fails, in a person's words.
// Sources: kubelet (pkg/kubelet/server, cri-streaming), containerd (internal/cri/server/podsandbox) messages.

/** True when the pod's port was never reached, so that nothing was lost and all of it can be tried again. */
export function isUnreached(text: string): boolean {
  return /failed to connect to|connection refused|not found|not running|no such|unable to do port forwarding|container.*(?:exited|stopped)|does not exist|NotFound/i.test(
    text,
  );
}

/** True when the pod is there and nothing listens on its port. */
export function isRefused(text: string): boolean {
  return /connection refused/i.test(text);
}

/** One sentence for a person. */
export function forwardFailure(text: string, pod: string, port: number): string {
  if (isRefused(text)) {
    return `Nothing listens on port ${port} in pod ${pod}: wait until its server has started, or forward another port.`;
  }
  if (/not found|does not exist|NotFound|not running|no such/i.test(text)) return `Pod ${pod} is gone.`;
  return `The node could not connect to port ${port} of pod ${pod}: see the log.`;
}
