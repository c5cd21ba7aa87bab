/** People who sign in, by better-auth: e-mail and password, sessions in a cookie, limits on attempts; all of it in CONTROL_DB. */
import { createHmac } from "node:crypto";
import { passkey } from "@better-auth/passkey";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import { eq } from "drizzle-orm";
import { passkeys, signInAttempts, userAccounts, users, userSessions, userVerifications } from "./d1/control-schema.ts";
import type { ControlDatabase } from "./d1/database.ts";

/** A person with a verified address. */
export interface SignedInUser {
  readonly id: string;
  readonly sessionId: string;
  /** Lower case. */
  readonly email: string;
  readonly name: string;
  /** Of this session, and of no use to whoever has read the database alone: AUTH_SECRET is in it. */
  readonly sealingSecret: string;
}

export const AUTH_PATH = "/api/auth";
const VERIFICATION_LIFETIME_SECONDS = 3_600;

export interface SignInMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface SignInSettings {
  readonly db: ControlDatabase;
  /** At least 32 characters; it signs cookies and links. */
  readonly secret: string;
  /** Of the request, as the browser knows it. Its cookies are secure unless it is http. */
  readonly origin: string;
  /** Rejects when the mail was not taken. */
  readonly sendMail: (mail: SignInMail) => Promise<void>;
  /** Runs after the answer, so that its time does not tell who has an account. */
  readonly defer: (work: Promise<unknown>) => void;
  /** Told when the owner of an address has chosen a new password. */
  readonly onPasswordReset?: (email: string) => void;
  /** What failed on our side, such as a mail that was not taken; the person only learns that something did, or not even that. */
  readonly reportError: (error: unknown) => void;
}

/** Made for each request: the origin is the request's. */
export function createAuth(settings: SignInSettings) {
  const { db, secret, origin, sendMail, reportError, defer, onPasswordReset } = settings;
  return betterAuth({
    appName: "Keeptrusts",
    baseURL: origin,
    basePath: AUTH_PATH,
    secret,
    database: drizzleAdapter(db, {
      provider: "sqlite",
      schema: {
        user: users,
        session: userSessions,
        account: userAccounts,
        verification: userVerifications,
        rateLimit: signInAttempts,
        passkey: passkeys,
      },
    }),
    plugins: [passkeysOf(origin)],
    telemetry: { enabled: false },
    // Only errors that it caught: its other messages are about mistakes of callers, and may name addresses of people.
    logger: {
      log: (level, _message, ...details: readonly unknown[]) => {
        const error = details.find((detail) => detail instanceof Error);
        if (level === "error" && error !== undefined) reportError(error);
      },
    },
    // Faults reach our own handler: its router would print them with the values of the statement.
    onAPIError: { throw: true },
    advanced: {
      useSecureCookies: origin.startsWith("https:"),
      ipAddress: { ipAddressHeaders: ["cf-connecting-ip"] },
      backgroundTasks: { handler: defer },
    },
    rateLimit: {
      enabled: true,
      storage: "database",
      // What sends mails is counted in front, for the network and for the account.
      customRules: {
        "/passkey/*": { window: 60, max: 30 },
        "/sign-in/email": { window: 60, max: 10 },
        "/sign-up/email": false,
        "/request-password-reset": false,
      },
    },
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      minPasswordLength: 12,
      revokeSessionsOnPasswordReset: true,
      onExistingUserSignUp: ({ user }) => sendMail(existingAccountMail(user.email, origin)),
      sendResetPassword: ({ user, token }) => sendMail(resetMail(user.email, origin, token)),
      // The link came by mail: who used it has the address.
      onPasswordReset: async ({ user }) => {
        await db.batch([
          db.update(users).set({ emailVerified: true }).where(eq(users.id, user.id)),
          // Whoever lost the account to somebody gets it back alone.
          db.delete(passkeys).where(eq(passkeys.userId, user.id)),
        ]);
        onPasswordReset?.(user.email.toLowerCase());
      },
    },
    emailVerification: {
      sendOnSignUp: true,
      expiresIn: VERIFICATION_LIFETIME_SECONDS,
      sendVerificationEmail: ({ user, url, token }) =>
        sendMail(
          verificationMail(user.email, origin, token, new URL(url).searchParams.get("callbackURL") ?? "/sign-in"),
        ),
    },
  });
}

/** For this origin alone, and as the only proof: so the device has to know its person, by a finger, a face or a PIN. */
function passkeysOf(origin: string) {
  return passkey({
    rpID: new URL(origin).hostname,
    rpName: "Keeptrusts",
    origin,
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    authentication: {
      afterVerification: ({ verification }) => {
        if (!verification.authenticationInfo.userVerified) {
          throw new APIError("UNAUTHORIZED", { message: "The device did not verify its user." });
        }
      },
    },
  });
}

/** The link asks for the password: an address does not become verified for somebody else's password by opening a mail. */
function verificationMail(to: string, origin: string, token: string, returnTo: string): SignInMail {
  const query = new URLSearchParams({ token, return_to: returnTo });
  const text = [
    "Somebody signed up with this address. If it was you, open this within an hour and sign in:",
    `${origin}/sign-in?${query.toString()}`,
    "If it was not you, do nothing.",
    "",
  ];
  return { to, subject: "Verify your address", text: text.join("\n\n") };
}

function resetMail(to: string, origin: string, token: string): SignInMail {
  const query = new URLSearchParams({ token });
  const text = [
    "Somebody asked for a new password. If it was you, open this within an hour:",
    `${origin}/reset-password?${query.toString()}`,
    "If it was not you, do nothing.",
    "",
  ];
  return { to, subject: "Choose a new password", text: text.join("\n\n") };
}

/** Whoever has the mailbox learns it; the form says the same to everybody. */
function existingAccountMail(to: string, origin: string): SignInMail {
  const text = [
    "Somebody signed up with this address, which has an account already. If it was you, sign in, or choose a new password:",
    `${origin}/sign-in`,
    `${origin}/reset-password`,
    "If it was not you, do nothing.",
    "",
  ];
  return { to, subject: "You have an account", text: text.join("\n\n") };
}

/** Whoever sends the request; null when nobody is signed in or the address is not verified. */
export async function readSignedInUser(settings: SignInSettings, headers: Headers): Promise<SignedInUser | null> {
  const found = await createAuth(settings).api.getSession({ headers });
  if (found?.user.emailVerified !== true) return null;
  const { user, session } = found;
  const sealingSecret = createHmac("sha256", settings.secret).update(`sealed answers:${session.token}`).digest("hex");
  return { id: user.id, sessionId: session.id, email: user.email.toLowerCase(), name: user.name, sealingSecret };
}
