import type { MatchedPolicy } from "../../../src/core/access-policy.ts";
import { KeptContentStore } from "./kept-contents.ts";

/** The access policies that allowed reservations, by their names of then: the event of a request tells of them. */
export class MatchedPolicyStore extends KeptContentStore<readonly MatchedPolicy[]> {
  constructor(sql: SqlStorage) {
    super(sql, "matched_policies.policies");
  }
}
