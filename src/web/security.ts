import compression from 'compression';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { BadRequest } from './errors.ts';

/** Headers of every answer. Nothing is loaded from elsewhere, framed, kept, or told where it came from. */
export const headers = (https: boolean): RequestHandler[] => [
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    strictTransportSecurity: https ? { maxAge: 63_072_000, includeSubDomains: true } : false,
    xFrameOptions: { action: 'deny' },
  }),
  (_request, response, next) => {
    response.set({
      'Cache-Control': 'no-store',
      'Permissions-Policy': 'geolocation=(), camera=(), microphone=(), interest-cohort=(), browsing-topics=()',
      'X-Robots-Tag': 'noindex, nofollow',
    });
    next();
  },
];

const reading = new Set(['GET', 'HEAD']);

/** A write must come from a page of ours. Browsers say so in Sec-Fetch-Site; older ones at least name the origin. */
export const sameOrigin =
  (origins: () => string[]): RequestHandler =>
  (request, _response, next) => {
    if (reading.has(request.method)) return next();
    if (request.method !== 'POST') throw new BadRequest(405, 'This address can be read or written to by its own form, nothing else.');
    const site = request.headers['sec-fetch-site'];
    const origin = request.headers.origin;
    const ours =
      site === undefined
        ? origin !== undefined && (origins().includes(origin) || origin === `${request.protocol}://${request.headers.host}`)
        : site === 'same-origin';
    if (!ours) throw new BadRequest(403, 'This came from another page than Parley’s own, so nothing was done. Open Parley and try there.');
    next();
  };

/** A browser that looks ahead must not open messages in a person's name. */
export const noLookingAhead: RequestHandler = (request, response, next) => {
  const purposes = ['Sec-Purpose', 'Purpose', 'X-Purpose', 'X-Moz'].map(name => request.get(name) ?? '');
  if (purposes.some(purpose => /prefetch|prerender|preview/i.test(purpose))) {
    response.status(503).set('Retry-After', '0').end();
    return;
  }
  next();
};

/** NUL never means anything in an address, and everything behind would have to remember to refuse it. */
export const noNul: RequestHandler = (request, _response, next) => {
  if (/%00|\0/.test(request.url)) throw new BadRequest(400, 'This address has a character in it that no address of Parley’s has.');
  next();
};

/** Level 1: three times cheaper than the default for a page, and nearly as small. Streams must not wait for a buffer to fill. */
export const compressed = (): RequestHandler =>
  compression({
    level: 1,
    filter: (request, response) => !String(response.getHeader('Content-Type')).startsWith('text/event-stream') && compression.filter(request, response),
  });
