// JAXJob: training with JAX, by Kubeflow's training operator.
import { kubeflowJob } from "../kubeflowJob.ts";

export const jaxJob = kubeflowJob("JAXJob", "jaxjobs", "jaxReplicaSpecs");
