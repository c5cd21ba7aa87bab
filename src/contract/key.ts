/** Keys on the wire, and the format of their tokens (contract: Identity). */
import { z } from "zod";
import { CAPABILITIES } from "./directory.ts";

export const KEY_TYPES = ["gateway", "access"] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/** What a presented token says about itself, before anybody has verified it. */
export interface ParsedToken {
  readonly type: KeyType;
  readonly organizationId: string;
}

const TOKEN = /^kt_(gk|ak)_([0-9a-z]{26})_([0-9A-Za-z]{43})$/;

/**
 * Reads `kt_gk_<org>_<secret>` or `kt_ak_<org>_<secret>`, where `<org>` is the organization's id without `org_`, and neither
 * part has an underscore. Null for anything else; it proves nothing about the secret.
 */
export function parseToken(token: string): ParsedToken | null {
  const match = TOKEN.exec(token);
  const suffix = match?.[2];
  if (match === null || suffix === undefined) return null;
  return { type: match[1] === "gk" ? "gateway" : "access", organizationId: `org_${suffix}` };
}

/** The token of a new key. `secret` is 43 letters and digits: 256 bits. */
export function formatToken(type: KeyType, organizationId: string, secret: string): string {
  return `kt_${type === "gateway" ? "gk" : "ak"}_${organizationId.replace(/^org_/, "")}_${secret}`;
}

export const capabilitySchema = z.enum(CAPABILITIES);
export const capabilitiesSchema = z.array(capabilitySchema);

/** `key:value`. */
export const tagSchema = z
  .string()
  .max(128)
  .regex(/^[^\s:][^:]*:\S.*$/, "a tag is `key:value`")
  .meta({ example: "environment:production" });
export const tagsSchema = z.array(tagSchema).max(50);

/** An exact model name or a prefix that ends in `*`. */
export const modelPatternSchema = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^*]*\*?$/, "an exact model name, or a prefix with one trailing *");
export const modelPatternsSchema = z.array(modelPatternSchema).max(200);
