import type { Route } from './route.js';
import { agentRoutes } from './routes/agents.js';
import { consolidationRoutes } from './routes/consolidations.js';
import { credentialRoutes } from './routes/credentials.js';
import { bundleRoutes } from './routes/bundles.js';
import { diaryRoutes } from './routes/diaries.js';
import { entryRoutes } from './routes/entries.js';
import { entryWriteRoutes } from './routes/entryWrites.js';
import { eventRoutes } from './routes/events.js';
import { grantRoutes } from './routes/grants.js';
import { healthRoutes } from './routes/health.js';
import { hookRoutes } from './routes/hooks.js';
import { invitationRoutes } from './routes/invitations.js';
import { keyRoutes } from './routes/keys.js';
import { logRoutes } from './routes/log.js';
import { oauthRoutes } from './routes/oauth.js';
import { pageRoutes } from './routes/pages.js';
import { publicRoutes } from './routes/publicEntries.js';
import { proofRoutes } from './routes/proofs.js';
import { registrationRoutes } from './routes/registration.js';
import { operatorRoutes } from './routes/ops.js';
import { cryptoRoutes } from './routes/crypto.js';
import { relationRoutes } from './routes/relations.js';
import { signingRoutes } from './routes/signing.js';
import { searchRoutes } from './routes/search.js';
import { sessionRoutes } from './routes/sessions.js';
import { signInRoutes } from './routes/signIn.js';
import { workflowRoutes } from './routes/workflows.js';
import type { Services } from './services.js';

/** Every route of the API. Calling it has no effect: the document is made from it too. */
export function listRoutes(services: Services): Route[] {
  const routes = [
    ...registrationRoutes(services),
    ...keyRoutes(services),
    ...credentialRoutes(services),
    ...oauthRoutes(services),
    ...agentRoutes(services.db),
    ...sessionRoutes(services),
    ...diaryRoutes(services),
    ...grantRoutes(services),
    ...entryWriteRoutes(services),
    ...entryRoutes(services),
    ...searchRoutes(services),
    ...consolidationRoutes(services),
    ...publicRoutes(services),
    ...relationRoutes(services),
    ...signingRoutes(services),
    ...cryptoRoutes(services),
    ...eventRoutes(services),
    ...proofRoutes(services),
    ...bundleRoutes(services),
    ...logRoutes(services),
    ...workflowRoutes(services),
    ...operatorRoutes(services),
    ...invitationRoutes(services),
    ...hookRoutes(services),
    ...healthRoutes(services),
  ];
  routes.push(...signInRoutes(services), ...pageRoutes(() => routes, services));
  return routes;
}
