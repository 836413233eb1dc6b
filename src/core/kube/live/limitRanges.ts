// Which pods the LimitRanges of a namespace refuse.
// Source: https://kubernetes.io/docs/concepts/policy/limit-range/ and the admission plugin LimitRanger.
import { capital } from "../../../base/words.ts";
import type { PodContainer } from "../podTemplates.ts";
import type { Limit } from "./facts.ts";
import { type ContainerResources, summed } from "./podResources.ts";
import { type Thousandths, thousandthsText } from "./thousandths.ts";

export interface LimitFault {
  readonly resource: string;
  /** Undefined for what the whole pod asks for. */
  readonly container: PodContainer | undefined;
  readonly message: string;
}

export function limitFaults(
  containers: readonly ContainerResources[],
  limits: readonly Limit[],
): LimitFault[] {
  const found: LimitFault[] = [];
  const whole = { requests: summed(containers, "requests"), limits: summed(containers, "limits") };
  for (const one of containers) found.push(...defaultFaults(one, limits));
  for (const limit of limits) {
    if (limit.type === "Container")
      for (const one of containers) found.push(...faultsOf(limit, one, one.container));
    if (limit.type === "Pod") found.push(...faultsOf(limit, whole, undefined));
  }
  return found;
}

/** A limit that is filled in may be less than the request that is written. */
function* defaultFaults({ container, requests, limits: most }: ContainerResources, all: readonly Limit[]) {
  for (const [resource, request] of Object.entries(requests)) {
    const limit = most[resource];
    if (limit === undefined || request <= limit) continue;
    const from = all.find((one) => one.type === "Container" && one.default[resource] === limit);
    const asked = `asks for ${thousandthsText(resource, request)} ${resource}`;
    const message = `Container ${container.name} ${asked}; without a limit of its own it gets that of LimitRange ${from?.name ?? ""}, ${thousandthsText(resource, limit)}.`;
    if (from) yield { resource, container, message };
  }
}

interface Asked {
  readonly requests: Thousandths;
  readonly limits: Thousandths;
}

function* faultsOf(limit: Limit, asked: Asked, container: PodContainer | undefined): Iterable<LimitFault> {
  const who = container ? `Container ${container.name}` : "The pod";
  const fault = (resource: string, what: string) => ({
    resource,
    container,
    message: `${capital(who)} ${what} (LimitRange ${limit.name}).`,
  });
  for (const [resource, least] of Object.entries(limit.min)) {
    const [request, most] = [asked.requests[resource], asked.limits[resource]];
    const words = `the least that is allowed is ${thousandthsText(resource, least)}`;
    if (request === undefined) yield fault(resource, `asks for no ${resource}; ${words}`);
    else if (request < least)
      yield fault(resource, `asks for ${thousandthsText(resource, request)} ${resource}; ${words}`);
    else if (most !== undefined && most < least)
      yield fault(resource, `has a limit of ${thousandthsText(resource, most)} ${resource}; ${words}`);
  }
  for (const [resource, highest] of Object.entries(limit.max)) {
    const [request, most] = [asked.requests[resource], asked.limits[resource]];
    const words = `the most that is allowed is ${thousandthsText(resource, highest)}`;
    if (most === undefined) yield fault(resource, `has no limit of ${resource}; ${words}`);
    else if (most > highest)
      yield fault(resource, `has a limit of ${thousandthsText(resource, most)} ${resource}; ${words}`);
    else if (request !== undefined && request > highest)
      yield fault(resource, `asks for ${thousandthsText(resource, request)} ${resource}; ${words}`);
  }
  for (const [resource, ratio] of Object.entries(limit.maxLimitRequestRatio)) {
    const [request = 0, most = 0] = [asked.requests[resource], asked.limits[resource]];
    const words = `its limit may be at most ${ratio / 1000} times its request`;
    if (request === 0 || most === 0)
      yield fault(resource, `needs a request and a limit of ${resource}: ${words}`);
    else if ((most / request) * 1000 > ratio)
      yield fault(
        resource,
        `has a limit of ${resource} that is ${round(most / request)} times its request; ${words}`,
      );
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
