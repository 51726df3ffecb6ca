// An OpenID provider that does what it is told on standard input, one JSON object a line, and answers so:
//   {"do": "start", "port": 0, "alg": "RS256"}  a provider with one new key; the same port later = its keys rotated
//   {"do": "key", "alg": "ES256"}               one more key
//   {"do": "token", "kid": ..., "header": {}, "claims": {}}   a signed token; a claim of null is left out
//   {"do": "claims", "claims": {}}              what tokens of the authorization code flow say beside
//   {"do": "stop"}                              nobody answers any more
import { createInterface } from "node:readline";
import { OAuth2Server } from "oauth2-mock-server";

let server;
let beside = {};

const put = (object, given) => {
  for (const [name, value] of Object.entries(given || {})) {
    if (value === null) delete object[name];
    else object[name] = value;
  }
};
const acts = {
  start: async ({ port, alg }) => {
    server = new OAuth2Server();
    const key = await server.issuer.keys.generate(alg || "RS256");
    await server.start(port || 0, "127.0.0.1");
    server.service.on("beforeTokenSigning", (token) => put(token.payload, beside));
    return { issuer: server.issuer.url, port: server.address().port, kid: key.kid };
  },
  key: async ({ alg }) => ({ kid: (await server.issuer.keys.generate(alg)).kid }),
  token: async ({ kid, header, claims }) => ({
    token: await server.issuer.buildToken({
      kid,
      scopesOrTransform: (head, payload) => {
        put(head, header);
        put(payload, claims);
      },
    }),
  }),
  claims: async ({ claims }) => ((beside = claims), {}),
  stop: async () => (await server.stop(), {}),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: act, ...rest } = JSON.parse(line);
  console.log(JSON.stringify(await acts[act](rest).catch((error) => ({ error: String(error) }))));
}
process.exit(0);
