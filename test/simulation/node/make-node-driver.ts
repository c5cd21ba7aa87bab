import type { MakeDriver } from "../run.ts";
import { NodeDriver } from "./node-driver.ts";

export const makeNodeDriver: MakeDriver = ({ records, startMs }) => new NodeDriver(records.organizationId, startMs);
