import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';

/**
 * The only reader of the environment: one frozen, validated object. All faults are reported together, each with the
 * variable's name and the remedy; the value itself is never repeated, since it may be a secret.
 */
const port = z.coerce.number().int('must be a whole number').min(0).max(65535, 'must be a port, 0 to 65535');
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
/** `search=600/60,batch=off`: so many requests in so many seconds, by bucket. */
const rateLimits = list
  .pipe(
    z.array(
      z
        .string()
        .regex(/^\w+=([1-9]\d{0,8}\/[1-9]\d{0,5}|off)$/, 'must be like search=600/60 (requests/seconds) or search=off'),
    ),
  )
  .transform((pairs) =>
    Object.fromEntries(
      pairs.map((pair) => {
        const [name = '', limit = ''] = pair.split('=');
        const [requests, seconds] = limit.split('/').map(Number);
        return [name, limit === 'off' ? ('off' as const) : { limit: requests!, seconds: seconds! }];
      }),
    ),
  );
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://');

const ed25519Seed = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 random bytes in base64: openssl rand -base64 32');

const schema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(8080),
  MCP_PORT: port.default(8001),
  DATA_DIR: z.string().default('data'),
  DATABASE_URL: postgresUrl.optional(),
  DBOS_SYSTEM_DATABASE_URL: postgresUrl.optional(),
  ALLOW_EMBEDDED: list.pipe(z.array(z.enum(['database', 'identity']))).default([]),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
  EMBEDDING_MODEL: z.enum(['auto', 'e5-small-v2', 'lexical']).default('auto'),
  EMBEDDING_MODEL_DIR: z.string().optional(),
  EMBEDDING_ALLOW_REMOTE_MODELS: flag.default(false),
  WORKER_QUEUES: list.optional(),
  API_BASE_URL: z.url('must be an absolute URL').optional(),
  REST_API_URL: z.url('must be an absolute URL').optional(),
  MCP_RESOURCE_URI: z.url('must be an absolute URL').optional(),
  AUTH_ENABLED: flag.default(true),
  CLIENT_CREDENTIALS_PROXY: flag.default(false),
  ORY_PROJECT_URL: z.url('must be an absolute URL').optional(),
  ORY_API_KEY: z.string().optional(),
  ORY_ACTION_API_KEY: z.string().min(16, 'must be at least 16 characters').optional(),
  ORY_HYDRA_PUBLIC_URL: z.url('must be an absolute URL').optional(),
  ORY_HYDRA_ADMIN_URL: z.url('must be an absolute URL').optional(),
  ORY_KRATOS_ADMIN_URL: z.url('must be an absolute URL').optional(),
  ORY_KETO_READ_URL: z.url('must be an absolute URL').optional(),
  ORY_KETO_WRITE_URL: z.url('must be an absolute URL').optional(),
  ORY_IDENTITY_SCHEMA_ID: z.string().default('agent'),
  ORY_PROJECT_API_KEY: z.string().optional(),
  MCP_ASSERTION_KEY: z.string().optional(),
  MCP_ASSERTION_PUBLIC_KEY: z.string().optional(),
  LOG_SIGNING_KEY: ed25519Seed.optional(),
  /** The key before it, while a new one takes over: it signs the change and nothing else. */
  LOG_PREVIOUS_SIGNING_KEY: ed25519Seed.optional(),
  /** The name of the log in what it signs; kept with the log, so that it need not be set again. */
  LOG_ORIGIN: z
    .string()
    .regex(/^[^\s+]{1,255}$/, 'must be 1 to 255 characters without blanks and plus, such as api.example.org/log')
    .optional(),
  LOG_CHECKPOINT_FILE: z.string().optional(),
  CURSOR_SECRET: z.string().min(16, 'must be at least 16 characters').optional(),
  CORS_ORIGINS: list.default([]),
  TRUST_PROXY: z.coerce.number().int().min(0).default(0),
  /** Requests a second and address; the MCP server and gateways send those of many agents from one. */
  ADDRESS_RATE_LIMIT: z.coerce.number().int().min(1).default(1_000),
  /** Requests a second of one agent, in each process. */
  AGENT_RATE_LIMIT: z.coerce.number().int().min(1).default(1_000),
  /** Changes to the limits that all processes share. */
  RATE_LIMITS: rateLimits.default({}),
  SHUTDOWN_TIMEOUT_MS: z.coerce.number().int().min(0).default(25_000),
  REGISTRATION: z.enum(['open', 'closed']).default('open'),
  CREDENTIAL_MASTER_SECRET: z.string().min(32, 'must be at least 32 characters').optional(),
  RECOVERY_CHALLENGE_SECRET: z
    .string()
    .min(16, 'must be at least 16 characters; 32 random bytes are better')
    .optional(),
  CONSOLIDATOR_SIGNING_KEY: z
    .base64('must be the 32 bytes of an Ed25519 seed in base64')
    .length(44, 'must be the 32 bytes of an Ed25519 seed in base64')
    .optional(),
});

/** The variables that are read, for what checks files of settings. */
export const SETTINGS: readonly string[] = Object.keys(schema.shape);

type Settings = z.output<typeof schema>;
export type Config = Readonly<
  Settings & { production: boolean; systemDatabaseUrl: string | undefined; executorId: string }
>;

/** Empty strings count as absent: that is how compose files and shells pass on what is not set. */
function present(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== ''),
  );
}

/** What a production process must not be without, unless it says that an embedded neighbour will do. */
function missingInProduction(settings: Settings): string[] {
  if (settings.NODE_ENV !== 'production') return [];
  const faults: string[] = [];
  if (!settings.DATABASE_URL && !settings.ALLOW_EMBEDDED.includes('database')) {
    faults.push('DATABASE_URL is missing (set it, or ALLOW_EMBEDDED=database for an evaluation)');
  }
  if (!settings.ORY_PROJECT_URL && !settings.ALLOW_EMBEDDED.includes('identity')) {
    faults.push('ORY_PROJECT_URL is missing (set it, or ALLOW_EMBEDDED=identity for an evaluation)');
  }
  if (settings.ORY_PROJECT_URL && !settings.ORY_API_KEY) {
    faults.push('ORY_API_KEY is missing (the key of the project that ORY_PROJECT_URL names)');
  }
  if (settings.ORY_PROJECT_URL && !settings.ORY_ACTION_API_KEY) {
    faults.push("ORY_ACTION_API_KEY is missing (what the project's hooks show: openssl rand -hex 32)");
  }
  if (!settings.CREDENTIAL_MASTER_SECRET) {
    faults.push('CREDENTIAL_MASTER_SECRET is missing (32 or more random characters: openssl rand -hex 32)');
  }
  if (!settings.RECOVERY_CHALLENGE_SECRET) {
    faults.push('RECOVERY_CHALLENGE_SECRET is missing (16 or more random characters: openssl rand -hex 32)');
  }
  if (!settings.LOG_SIGNING_KEY) {
    faults.push('LOG_SIGNING_KEY is missing (32 random bytes in base64: openssl rand -base64 32)');
  }
  return faults;
}

/** Throws an Error named Misconfigured that lists every fault; the MCP server needs none of what the server's neighbours do. */
export function readConfig(env: NodeJS.ProcessEnv, program: 'server' | 'mcp' = 'server'): Config {
  const parsed = schema.safeParse(present(env));
  const faults = parsed.success
    ? program === 'server'
      ? missingInProduction(parsed.data)
      : []
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (!parsed.success || faults.length > 0) {
    const error = new Error(`The configuration has ${faults.length} fault(s):\n  - ${faults.join('\n  - ')}`);
    error.name = 'Misconfigured';
    throw error;
  }
  const settings = parsed.data;
  return Object.freeze({
    ...settings,
    production: settings.NODE_ENV === 'production',
    systemDatabaseUrl: settings.DBOS_SYSTEM_DATABASE_URL ?? settings.DATABASE_URL,
    executorId: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
  });
}
