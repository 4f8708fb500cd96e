import { randomBytes } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/** One line a request: what was asked for by pattern, never by address, and never a body, a cookie or a typed word. */
export const requestLog = (logger: Logger): RequestHandler =>
  pinoHttp({
    logger,
    genReqId: () => randomBytes(6).toString('base64url'),
    quietReqLogger: true,
    serializers: { req: () => undefined, res: () => undefined, err: () => undefined },
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
    customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'error' : 'info'),
    customSuccessObject: (request, response, line: { responseTime: number }) => told(request, response, line.responseTime),
    customErrorObject: (request, response, _error, line: { responseTime: number }) => told(request, response, line.responseTime),
  }) as unknown as RequestHandler;

const told = (request: { method?: string | undefined }, response: { statusCode: number }, ms: number) => ({
  method: request.method,
  pattern: (request as { pattern?: string }).pattern ?? 'none',
  status: response.statusCode,
  ms,
});
