/** Why the identity provider's word did not open Studio, and what to do: a heading and a sentence for each reason. */
export interface Words {
  title: string;
  todo: string;
}

const WORDS: Record<string, Words> = {
  unreachable: {
    title: "The identity provider cannot be reached",
    todo: "Try again in a minute. If it goes on, whoever runs this server finds the reason in its log, under oidc.refused.",
  },
  rejected: {
    title: "The identity provider did not accept this server",
    todo: "Begin again. If it goes on, whoever runs this server compares the client’s id, its secret and the redirect address with what the provider has; the log says what it answered, under oidc.refused.",
  },
  denied: {
    title: "The identity provider did not let you in",
    todo: "Begin again and agree there, or ask whoever runs it to give you access to tidings.",
  },
  state: {
    title: "This sign-in was begun elsewhere",
    todo: "It took longer than ten minutes, or was begun in another browser or tab. Begin again here; cookies must be allowed.",
  },
  token: {
    title: "The answer of the identity provider is not for this server",
    todo: "Begin again. If it goes on, whoever runs this server finds in its log what is wrong with the id token, under oidc.refused.",
  },
  clock: {
    title: "The clocks do not agree",
    todo: "The identity provider’s answer is of another time than this server’s. Whoever runs the server sets its clock right, then you begin again.",
  },
  no_email: {
    title: "The identity provider tells no email address",
    todo: "Enter one there, or have whoever runs it release the scope email to tidings.",
  },
  unverified: {
    title: "Your email address is not verified",
    todo: "Verify it at the identity provider, then begin again.",
  },
  domain: {
    title: "Addresses of this domain do not sign in here",
    todo: "Sign in with your work’s address. Whoever runs this server sets the domains: oidc_allowed_domains.",
  },
  not_invited: {
    title: "You are not invited yet",
    todo: "Ask an administrator of tidings to invite the email address that the identity provider has of you.",
  },
  other_identity: {
    title: "The account with your address is bound to somebody else",
    todo: "Ask an administrator to forget the account’s identity, under Settings, Team. Then begin again.",
  },
  disabled: {
    title: "Your account is disabled",
    todo: "Ask an administrator to let you in again, under Settings, Team.",
  },
  at_once: {
    title: "You came in twice at the same moment",
    todo: "Your account was just made by another browser or tab. Begin again, and it opens.",
  },
  full: {
    title: "There is no room for another account",
    todo: "Ask an administrator to remove an account that nobody needs, under Settings, Team. Then begin again.",
  },
  wait: {
    title: "Too many tries",
    todo: "Wait a minute, then begin again.",
  },
};

const UNKNOWN: Words = { title: "You were not signed in", todo: "Begin again." };

/** Finds the words for a reason, as the address has it. */
export function refusalWords(reason: string): Words {
  return Object.hasOwn(WORDS, reason) ? (WORDS[reason] ?? UNKNOWN) : UNKNOWN;
}
