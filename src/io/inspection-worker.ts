import { FileInspector } from "./inspect-file.ts";
import { runJob, type InspectionJob, type InspectionResult } from "./inspection-job.ts";
import { serveTasks } from "./worker-port.ts";

const inspector = new FileInspector();

serveTasks<InspectionResult>(async (job) => ({ result: await runJob(job as InspectionJob, inspector) }));
