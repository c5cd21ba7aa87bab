/**
 * The organization that an object's storage belongs to: the one that first used it. `name` is the object's name, where the
 * runtime tells it, and `object` what to call it. Throws when the organization is another one, or unknown. Needs a table `identity`.
 */
export function identify(sql: SqlStorage, name: string | undefined, object: string): string {
  const stored = sql.exec<{ organization_id: string }>("SELECT organization_id FROM identity").toArray()[0];
  if (stored === undefined) {
    if (name === undefined) throw new Error(`an ${object} object is reached by its organization's id`);
    sql.exec("INSERT INTO identity (only_row, organization_id) VALUES (1, ?)", name);
    return name;
  }
  const { organization_id: organizationId } = stored;
  if (name !== undefined && name !== organizationId) {
    throw new Error(`this storage belongs to ${organizationId}, not to ${name}`);
  }
  return organizationId;
}
