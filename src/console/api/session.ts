/** Who is signed in, and what they may do. */
import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { api, read, type Wire } from "./client.ts";
import { ApiFailure } from "./failure.ts";
import { keepOrganizationId, readOrganizationId } from "./organization-choice.ts";

export type Session = Wire<"Session">;
export type SessionOrganization = Wire<"SessionOrganization">;
export type Capability = SessionOrganization["capabilities"][number];

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }) => samePerson(await readSession(signal)),
  staleTime: 60_000,
  // Another tab may have signed out since, or somebody else in.
  refetchOnWindowFocus: "always",
});

/** An organization that was chosen here and that the person has left is forgotten. */
async function readSession(signal: AbortSignal): Promise<Session> {
  try {
    return await read(api.GET("/v1/session", { signal }));
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.status !== 404 || readOrganizationId() === null) throw error;
    keepOrganizationId(null);
    return read(api.GET("/v1/session", { signal }));
  }
}

let shownUserId: string | null = null;

/** Another person has signed in, in another tab: nothing of the one before may stay on the screen, so the page begins anew. */
async function samePerson(session: Session): Promise<Session> {
  shownUserId ??= session.user.id;
  if (session.user.id === shownUserId) return session;
  location.assign("/");
  return new Promise(() => undefined);
}

/** Only below the frame, which has loaded it. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** The organization that the page is about; null when the person is a member of none. */
export function useOrganization(): SessionOrganization | null {
  const { organizations, organization_id: id } = useSession();
  return organizations.find((organization) => organization.id === id) ?? null;
}

/** Whether the person's role in the organization has the capability. The API decides in the end. */
export function useMay(capability: Capability): boolean {
  return useOrganization()?.capabilities.includes(capability) ?? false;
}
