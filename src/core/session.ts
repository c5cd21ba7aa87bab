/** Sessions of signed-in people, where a key would otherwise be named. */

/** `ses_…`, in the place of a key's id: one for each member, whatever session it is. */
export function sessionIdOf(memberId: string): string {
  return `ses_${memberId.replace(/^mem_/, "")}`;
}
