import { pino, type Logger } from 'pino';

export type { Logger };

/** The application's log: what the program did. Names and numbers of things, never what people wrote. */
export const openLog = (level: string): Logger => pino({ level, base: null, redact: ['*.password', '*.email', '*.text', '*.url'] });

/** What a failure may say in the log: its kind, code and place. Messages and details of the database quote values. */
export const describeError = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code, constraint } = error as Error & { code?: string; constraint?: string };
  const stack = (error.stack ?? '')
    .split('\n')
    .filter(line => line.trimStart().startsWith('at '))
    .slice(0, 8)
    .join('\n');
  const safe = code === undefined ? error.message : undefined;
  return { error: error.name, code, constraint, message: safe, stack };
};
