/** `/v1/keys/{id}/rotate` and `…/revoke`: how a key's token changes and ends. */
import { and, eq, isNull } from "drizzle-orm";
import { keySchema, newKeySchema, rotateKeySchema } from "../contract/key.ts";
import { fail, ok, type Failure } from "../core/failure.ts";
import { keys } from "../platform/d1/control-schema.ts";
import { isViolationOf, valueWhile } from "../platform/d1/database.ts";
import type { ApiDeps } from "./deps.ts";
import { findKeyRow, issueToken, keyToWire } from "./key-rows.ts";
import { checkOwnRotation } from "./own-keys.ts";
import { idParams } from "./route-reference.ts";
import { addPrincipalRoute, type Api } from "./route.ts";
import { saveChange } from "./save-change.ts";
import { findVisibility } from "./visibility.ts";
import { visibleKeys } from "./visible-rows.ts";

const TAG = "Keys";

export function addKeyLifeRoutes(api: Api, deps: ApiDeps): void {
  addPrincipalRoute(
    api,
    deps,
    "POST /v1/keys/{id}/rotate",
    {
      summary: "Replace a key's token",
      description:
        "The old token is revoked at once, or after `overlap_seconds`. The answer has the new token as `key`, once. With `self` alone: " +
        "of a key that its member could make, while the setting `self_service_keys` allows it.",
      tag: TAG,
      params: idParams,
      body: rotateKeySchema,
      answer: newKeySchema,
      refusals: [404, 409],
    },
    async ({ principal, params, body, nowMs, keep, trail }) => {
      const sight = await findVisibility(deps, principal, "org:admin");
      const found = await findKeyRow(deps, principal.organizationId, params.id, visibleKeys(sight));
      if (!found.ok) return found;
      const old = found.value;
      const refused = sight.sees === "own" ? await checkOwnRotation(deps, old) : null;
      if (refused !== null) return fail(refused);
      if (old.revokedAtMs !== null) return fail(revokedConflict());
      const { token, tokenSha256, tokenHint } = await issueToken(deps, old.type, old.organizationId);
      const overlaps = body.overlap_seconds > 0;
      const changes = {
        tokenSha256,
        tokenHint,
        previousTokenSha256: overlaps ? old.tokenSha256 : null,
        previousExpiresAtMs: overlaps ? nowMs + body.overlap_seconds * 1_000 : null,
      };
      const shown = keyToWire({ ...old, ...changes }, nowMs);
      const answer = { ...shown, key: token };
      const event = trail.record("key.rotate", old.id, keyToWire(old, nowMs), shown);
      // A rotation at the same time has changed the token.
      const isMine = and(eq(keys.tokenSha256, old.tokenSha256), isNull(keys.revokedAtMs));
      const mine = { ...changes, tokenSha256: valueWhile(isMine, tokenSha256) };
      try {
        await saveChange(deps, principal.organizationId, event, [
          deps.db.update(keys).set(mine).where(eq(keys.id, old.id)),
          ...(await keep(answer)),
        ]);
      } catch (error) {
        if (isViolationOf(error, "keys.token_sha256")) return fail(rotatedConflict());
        throw error;
      }
      return ok(answer);
    },
  );

  addPrincipalRoute(
    api,
    deps,
    "POST /v1/keys/{id}/revoke",
    {
      summary: "Revoke a key at once",
      description: "With `self` alone: any of the caller's own.",
      tag: TAG,
      params: idParams,
      answer: keySchema,
      refusals: [404],
    },
    async ({ principal, params, nowMs, keep, trail }) => {
      const seen = visibleKeys(await findVisibility(deps, principal, "org:admin"));
      const found = await findKeyRow(deps, principal.organizationId, params.id, seen);
      if (!found.ok) return found;
      if (found.value.revokedAtMs !== null) return ok(keyToWire(found.value, nowMs));
      const changes = { revokedAtMs: nowMs, previousTokenSha256: null, previousExpiresAtMs: null };
      const answer = keyToWire({ ...found.value, ...changes }, nowMs);
      const event = trail.record("key.revoke", params.id, keyToWire(found.value, nowMs), answer);
      await saveChange(deps, principal.organizationId, event, [
        deps.db.update(keys).set(changes).where(eq(keys.id, params.id)),
        ...(await keep(answer)),
      ]);
      return ok(answer);
    },
  );
}

function revokedConflict(): Failure {
  return { kind: "conflict", code: "key_revoked", message: "A revoked key has no token to replace. Create a new key." };
}

function rotatedConflict(): Failure {
  return {
    kind: "conflict",
    code: "key_rotated",
    message:
      "The key was rotated at the same time by someone else, or revoked. Rotate it again if you need a new token.",
  };
}
