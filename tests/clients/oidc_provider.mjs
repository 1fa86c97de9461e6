// A certified OpenID provider, as an ordinary process: `node oidc_provider.mjs <redirect uri>`. Says its issuer once it listens.
// Whoever signs in as ann is ann@example.com; names that begin with "new" have an address that nobody verified.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [redirect] = process.argv.slice(2);
const server = createServer((request, response) => callback(request, response));
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: [{ client_id: "tidings", client_secret: "a secret of the tests", redirect_uris: [redirect] }],
  claims: { email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["a key of the tests"] },
  features: { devInteractions: { enabled: true } },
  pkce: { required: () => true },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: !id.startsWith("new"), name: `${id} of Example` }),
  }),
});
const callback = provider.callback();
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
process.stdin.resume();
process.stdin.on("end", () => process.exit()); // whoever started it has gone
