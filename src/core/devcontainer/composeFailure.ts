// Why Docker Compose could not start a dev container: the devcontainers command line names only the step, and the
// reason stands in the log before that.
import { plainLine } from "../image/text.ts";

/** One sentence or two; undefined for a failure of something else. */
export function explainCompose(outcome: string, log: string): string | undefined {
  if (!/Docker Compose/.test(outcome)) return undefined;
  if (/spawn docker-compose ENOENT/.test(log)) {
    return "This dev container uses Docker Compose, which the docker command line does not have. Install the docker-compose-plugin, then launch again.";
  }
  const reason = lastWords(log);
  if (/retrieving the Docker Compose configuration/.test(outcome)) {
    const missing = /^open (.*): no such file or directory$/.exec(reason ?? "")?.[1];
    if (missing !== undefined) {
      return `There is no Compose file ${missing}. Correct dockerComposeFile in devcontainer.json.`;
    }
    return `The Compose file can't be used${after(reason)} Correct it, then launch again.`;
  }
  const failed = /dependency failed to start: container (\S+) (?:exited \((\d+)\)|is unhealthy)/.exec(log);
  if (failed) {
    const how = failed[2] === undefined ? "is not healthy" : `ended with exit code ${failed[2]}`;
    return `The container ${failed[1]}, which this dev container waits for, ${how}. Look at its log in Images & Containers.`;
  }
  if (/building the Docker Compose images/.test(outcome)) {
    return `Docker Compose could not build the image${after(reason)}`;
  }
  if (/starting Docker Compose up/.test(outcome)) {
    return `Docker Compose could not start the services${after(reason)}`;
  }
  return undefined;
}

function after(reason: string | undefined): string {
  if (reason === undefined) return ".";
  return `: ${reason}${/[.!?]$/.test(reason) ? "" : "."}`;
}

/** What Compose said last, before the command line tells that it has failed. */
function lastWords(log: string): string | undefined {
  const lines = log.split("\n").map((line) => plainLine(line).trim());
  const end = lines.findLastIndex((line) => line.startsWith("Error: Command failed: "));
  const said = lines
    .slice(0, end < 0 ? lines.length : end)
    .findLast((line) => line !== "" && !/^Exit code \d+$/.test(line));
  return said?.replace(/^(?:Error response from daemon|Error|failed to solve): /, "");
}
