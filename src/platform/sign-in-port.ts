/** The sign-in behind a port. Its library is evaluated with the first use: model traffic never pays for it. */
import type { ControlDatabase } from "./d1/database.ts";
import type { SignedInUser, SignInMail } from "./sign-in.ts";

export interface SignInPort {
  /** Better-auth's own endpoints; `onPasswordReset` is told whose password is a new one. Throws what D1 throws. */
  answer(request: Request, onPasswordReset?: (email: string) => void): Promise<Response>;
  /** Whoever sends the request, when the address is verified. Throws what D1 throws. */
  userOf(request: Request): Promise<SignedInUser | null>;
}

export interface SignInPortSettings {
  readonly db: ControlDatabase;
  /** Empty: nobody can sign in. */
  readonly secret: string;
  /** Null: there is no mail, so that no address can be verified. */
  readonly sendMail: ((mail: SignInMail) => Promise<void>) | null;
  readonly defer: (work: Promise<unknown>) => void;
  readonly reportError: (error: unknown) => void;
}

/** Null when the deployment lacks the secret or the mail. */
export function createSignInPort(settings: SignInPortSettings): SignInPort | null {
  const { secret, sendMail } = settings;
  if (secret === "" || sendMail === null) return null;
  const settingsOf = (request: Request) => ({ ...settings, sendMail, origin: new URL(request.url).origin });
  return {
    answer: async (request, onPasswordReset) => {
      const { createAuth } = await import("./sign-in.ts");
      const told = onPasswordReset === undefined ? {} : { onPasswordReset };
      return createAuth({ ...settingsOf(request), ...told }).handler(request);
    },
    userOf: async (request) => {
      if (!carriesSession(request.headers)) return null;
      const { readSignedInUser } = await import("./sign-in.ts");
      return readSignedInUser(settingsOf(request), request.headers);
    },
  };
}

/** Whether there is a cookie that may be a session's, so that others do not cost the library. */
export function carriesSession(headers: Headers): boolean {
  return headers.get("cookie")?.includes("session_token=") === true;
}
