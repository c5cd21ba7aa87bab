/** Ids on the wire: ours, and those that callers choose. */
import { z } from "zod";
import { OWNER_ID } from "../core/attribution.ts";

export const idSchema = z.string().regex(OWNER_ID, "1 to 128 letters, digits or _ . : @ -");
