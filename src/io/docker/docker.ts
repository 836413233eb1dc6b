// The parts that speak to Docker, put together: one engine connection, one process runner.
import type { Log } from "../../base/log.ts";
import { Processes } from "../process/processes.ts";
import { DockerBuilder } from "./builder.ts";
import { Engine } from "./engine.ts";
import { MachineGpus } from "./machineGpus.ts";
import { Registry } from "./registry.ts";

export interface DockerSettings {
  /** Address of the engine from the settings; empty for Docker's own choice. */
  host(): string;
  /** Name or path of the docker command line. */
  program(): string;
}

export class Docker {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly builder: DockerBuilder;
  readonly machineGpus: MachineGpus;
  /** Runs programs with this engine in their environment. */
  readonly processes: Processes;

  constructor(settings: DockerSettings, log: Log) {
    const environment = () => {
      const host = settings.host();
      return host ? { ...process.env, DOCKER_HOST: host } : process.env;
    };
    const program = () => settings.program();
    const processes = new Processes(log, environment);
    this.machineGpus = new MachineGpus(environment, processes);
    this.processes = processes;
    this.engine = new Engine(environment, program);
    this.registry = new Registry(processes, program);
    this.builder = new DockerBuilder(processes, this.engine, program);
  }

  dispose(): void {
    this.processes.dispose();
    this.engine.dispose();
  }
}
