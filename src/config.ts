import path from 'node:path';
import { z } from 'zod';
import type { S3Settings } from './platform/photo-store-s3.ts';
import { Thresholds } from './platform/photo/thresholds.ts';

/** The environment as the program understands it. This is the only file that reads `process.env`. */
const port = z.coerce.number().int().min(0).max(65535);
const url = z.url();
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres://');

const Environment = z.object({
  /** `production` makes secrets obligatory, cookies secure, and the demo world impossible. */
  NODE_ENV: z.string().default('development'),
  /** Where the program listens. When 3000 is only the default and taken, the next free port is used. */
  PORT: port.optional(),
  /** The address to listen on. */
  HOST: z.string().default('127.0.0.1'),
  /** The program's own sign-in to an outside PostgreSQL 18 (role parley_app). Without it an embedded one runs in the data folder. */
  DATABASE_URL: postgresUrl.optional(),
  /** The sign-in for ordinary migrations (role parley_migrator). */
  DATABASE_MIGRATION_URL: postgresUrl.optional(),
  /** A superuser's sign-in, for `npm run db:bootstrap` only. Never give it to the running program in production. */
  DATABASE_ADMIN_URL: postgresUrl.optional(),
  /** Where the embedded database, the key files and undelivered mail live. */
  PARLEY_DATA_DIR: z.string().min(1).default('.data'),
  /** The address people type. Links in mail are made from it, never from a request. */
  PARLEY_BASE_URL: url.optional(),
  /** Signs session cookies; 32 characters or more. Several, separated by spaces, while one is being replaced: the first signs. */
  SESSION_SECRET: z.string().optional(),
  /** 32 bytes in base64. Losing it is losing the record: keep a copy apart from the database. */
  PARLEY_MASTER_KEY: z
    .string()
    .refine(text => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64')
    .optional(),
  /** A file that holds the same, made at the first start where it is missing. */
  PARLEY_MASTER_KEY_FILE: z.string().min(1).optional(),
  /** Which halves run here: the pages, the jobs, or both. */
  PARLEY_ROLE: z.enum(['all', 'web', 'worker']).default('all'),
  /** Where "Leave this site" goes: a neutral page that shows nothing personal. */
  PARLEY_LEAVE_URL: url.default('https://www.bbc.co.uk/weather'),
  /** How many proxies stand in front. With a wrong number anyone can forge their address. */
  PARLEY_TRUST_PROXY: z.coerce.number().int().min(0).max(5).default(0),
  /** smtp:// or smtps://. Without it, mail is written to outbox/ in the data folder. */
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must begin with smtp:// or smtps://')
    .optional(),
  /** The sender of every mail. Neutral on purpose: it shows on lock screens. */
  MAIL_FROM: z.string().min(3).default('Notices <notices@parley.example>'),
  /** SMS goes through Twilio where these three are set; without them, to outbox/ in the data folder. */
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-f]{32}$/, 'must be AC and 32 hexadecimal digits')
    .optional(),
  TWILIO_AUTH_TOKEN: z.string().min(16, 'is too short for a token').optional(),
  /** The number that SMS come from, as +44… */
  TWILIO_FROM: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'must be a number as +44 7700 900000, without gaps')
    .optional(),
  /** Another address for Twilio's: a relay inside the house, or a stand-in. */
  TWILIO_BASE_URL: url.optional(),
  /** What a telephone number that begins with 0 belongs to. */
  SMS_COUNTRY_CODE: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, 'must be a country code, as 44')
    .default('44'),
  /** Where photos of adults lie, encrypted; photos/ in the data folder unless said otherwise. Keep it in the backup, with the database and the master key. */
  PARLEY_PHOTO_DIR: z.string().min(1).optional(),
  /** A private S3 bucket instead of a folder; its region; and its address and keys where it is not Amazon's or the machine has no role of its own. */
  PARLEY_PHOTO_S3_BUCKET: z.string().min(3).optional(),
  PARLEY_PHOTO_S3_REGION: z.string().min(1).default('eu-west-2'),
  PARLEY_PHOTO_S3_ENDPOINT: url.optional(),
  PARLEY_PHOTO_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  PARLEY_PHOTO_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  /** JSON with any of the values in platform/photo/thresholds.ts: where a photo is not good enough. */
  PARLEY_PHOTO_THRESHOLDS: z
    .string()
    .default('{}')
    .transform((text, context) => {
      try {
        return Thresholds.parse(JSON.parse(text));
      } catch {
        context.addIssue({ code: 'custom', message: 'must be JSON with values of platform/photo/thresholds.ts, such as {"sharpnessLeast":8}' });
        return z.NEVER;
      }
    }),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
});

export type Config = {
  production: boolean;
  port: number | undefined;
  host: string;
  database: { app: string; migration: string | undefined; admin: string | undefined } | undefined;
  admin: string | undefined;
  dataDir: string;
  baseUrl: string | undefined;
  sessionSecrets: string[] | undefined;
  masterKey: Buffer | undefined;
  masterKeyFile: string | undefined;
  role: 'all' | 'web' | 'worker';
  leaveUrl: string;
  trustProxy: number;
  smtpUrl: string | undefined;
  mailFrom: string;
  twilio: { accountSid: string; authToken: string; from: string; baseUrl: string | undefined } | undefined;
  smsCountryCode: string;
  photoDir: string;
  photoBucket: S3Settings | undefined;
  photoThresholds: Thresholds;
  logLevel: string;
};

/** Every problem at once, in words, so that one start is enough to mend them all. */
export class ConfigError extends Error {}

export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  const problems = parsed.success ? [] : parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`);
  const secrets = given.SESSION_SECRET?.split(/\s+/).filter(Boolean);
  if (secrets?.some(secret => secret.length < 32)) problems.push('SESSION_SECRET: each must be 32 characters or more');
  const twilio = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'].filter(name => given[name] === undefined);
  if (twilio.length === 1 || twilio.length === 2) problems.push(`${twilio.join(', ')}: must be set too, or none of Twilio's settings`);
  if (!given.PARLEY_PHOTO_S3_ACCESS_KEY_ID !== !given.PARLEY_PHOTO_S3_SECRET_ACCESS_KEY) {
    problems.push('PARLEY_PHOTO_S3_ACCESS_KEY_ID and PARLEY_PHOTO_S3_SECRET_ACCESS_KEY: set both, or neither');
  }
  if (given.NODE_ENV === 'production') {
    if (!given.DATABASE_URL) problems.push('DATABASE_URL: must be set in production; the embedded database is for trying Parley out');
    if (!secrets) problems.push('SESSION_SECRET: must be set in production');
    if (!given.PARLEY_BASE_URL?.startsWith('https://')) problems.push('PARLEY_BASE_URL: must be set in production, and begin with https://');
    if (!given.PARLEY_MASTER_KEY && !given.PARLEY_MASTER_KEY_FILE) {
      problems.push('PARLEY_MASTER_KEY or PARLEY_MASTER_KEY_FILE: one must be set in production');
    }
  }
  if (!parsed.success || problems.length > 0) {
    throw new ConfigError(`Parley cannot start. Put these settings right:\n${problems.map(problem => `  ${problem}`).join('\n')}`);
  }
  const env = parsed.data;
  return Object.freeze({
    production: env.NODE_ENV === 'production',
    port: env.PORT,
    host: env.HOST,
    database: env.DATABASE_URL ? { app: env.DATABASE_URL, migration: env.DATABASE_MIGRATION_URL, admin: env.DATABASE_ADMIN_URL } : undefined,
    admin: env.DATABASE_ADMIN_URL,
    dataDir: env.PARLEY_DATA_DIR,
    baseUrl: env.PARLEY_BASE_URL?.replace(/\/+$/, ''),
    sessionSecrets: secrets,
    masterKey: env.PARLEY_MASTER_KEY ? Buffer.from(env.PARLEY_MASTER_KEY, 'base64') : undefined,
    masterKeyFile: env.PARLEY_MASTER_KEY_FILE,
    role: env.PARLEY_ROLE,
    leaveUrl: env.PARLEY_LEAVE_URL,
    trustProxy: env.PARLEY_TRUST_PROXY,
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM,
    twilio:
      env.TWILIO_ACCOUNT_SID && env.TWILIO_AUTH_TOKEN && env.TWILIO_FROM
        ? { accountSid: env.TWILIO_ACCOUNT_SID, authToken: env.TWILIO_AUTH_TOKEN, from: env.TWILIO_FROM, baseUrl: env.TWILIO_BASE_URL }
        : undefined,
    smsCountryCode: env.SMS_COUNTRY_CODE,
    photoDir: env.PARLEY_PHOTO_DIR ?? path.join(env.PARLEY_DATA_DIR, 'photos'),
    photoBucket: env.PARLEY_PHOTO_S3_BUCKET
      ? {
          bucket: env.PARLEY_PHOTO_S3_BUCKET,
          region: env.PARLEY_PHOTO_S3_REGION,
          endpoint: env.PARLEY_PHOTO_S3_ENDPOINT,
          credentials:
            env.PARLEY_PHOTO_S3_ACCESS_KEY_ID && env.PARLEY_PHOTO_S3_SECRET_ACCESS_KEY
              ? { accessKeyId: env.PARLEY_PHOTO_S3_ACCESS_KEY_ID, secretAccessKey: env.PARLEY_PHOTO_S3_SECRET_ACCESS_KEY }
              : undefined,
        }
      : undefined,
    photoThresholds: env.PARLEY_PHOTO_THRESHOLDS,
    logLevel: env.LOG_LEVEL,
  });
}

/** The same for a command that prepares a database: it needs addresses, and none of the secrets that a running program must have in production. */
export const readCommandConfig = (): Config => readConfig({ ...process.env, NODE_ENV: 'development' });
