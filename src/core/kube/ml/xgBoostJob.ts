// XGBoostJob: training with XGBoost, by Kubeflow's training operator.
import { kubeflowJob } from "../kubeflowJob.ts";

export const xgBoostJob = kubeflowJob("XGBoostJob", "xgboostjobs", "xgbReplicaSpecs");
