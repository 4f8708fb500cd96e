import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createApp, type App } from '../../src/app.ts';
import { type GuessLimit, openGuessLimit } from '../../src/platform/guesses.ts';
import { openLog } from '../../src/platform/log.ts';
import type { Mail, SendMail } from '../../src/platform/mail.ts';
import { openDiskPhotoStore } from '../../src/platform/photo-store.ts';
import { openFaceInspector } from '../../src/platform/photo/inspect-faces.ts';
import { defaultThresholds } from '../../src/platform/photo/thresholds.ts';
import type { SendSms, Sms } from '../../src/platform/sms.ts';
import type { Services } from '../../src/web/services.ts';
import { openSessions, SessionStore } from '../../src/web/session.ts';
import type { RouteEntry } from '../../src/web/route.ts';
import { Client } from './client.ts';
import type { TestDatabase } from './database.ts';
import { testKeyring } from './keyring.ts';
import { demoPassword } from '../../seeds/demo-world.ts';

export type TestApp = {
  url: string;
  app: App;
  /** The whole table. */
  routes: readonly RouteEntry[];
  services: Services;
  server: Server;
  /** Mail that was handed over, where no other transport was given. */
  sent: Mail[];
  texted: Sms[];
  /** A browser without cookies. */
  visitor(): Client;
  /** A browser in which this person has signed in through the form. */
  signedIn(email: string): Promise<Client>;
  close(): Promise<void>;
};

/** The same application as in production, on a port of its own. */
export async function startApp(
  database: TestDatabase,
  options: { mail?: SendMail; sms?: SendSms; guesses?: GuessLimit; https?: boolean; leaveUrl?: string; photos?: Partial<Services['photos']> } = {},
): Promise<TestApp> {
  const sent: Mail[] = [];
  const texted: Sms[] = [];
  const store = new SessionStore(database.db.pool, () => {});
  let url = '';
  const folder = await mkdtemp(path.join(os.tmpdir(), 'parley-photos-'));
  const faces = openFaceInspector();
  const services: Services = {
    db: database.db,
    keyring: testKeyring,
    log: openLog('silent'),
    mail: options.mail ?? (async mail => void sent.push(mail)),
    sms: options.sms ?? (async sms => void texted.push(sms)),
    guesses: options.guesses ?? openGuessLimit({ most: 100_000, seconds: 600 }),
    sessions: openSessions(store, ['a secret that only tests know, 1234567890'], options.https ?? false),
    photos: { store: openDiskPhotoStore(folder), inspect: faces.inspect, thresholds: defaultThresholds, ...options.photos },
    baseUrl: () => url,
    leaveUrl: options.leaveUrl ?? 'https://weather.example/',
    demo: false,
  };
  const app = createApp(services, { trustProxy: 0, isReady: async () => true });
  const server = createServer(app.express);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const visitor = () => new Client(url);
  return {
    url,
    app,
    routes: await app.table(),
    services,
    server,
    sent,
    texted,
    visitor,
    async signedIn(email) {
      const client = visitor();
      await client.get('/sign-in');
      const answer = await client.submit('/sign-in', { email, password: demoPassword });
      if (answer.status !== 303) throw new Error(`${email} could not sign in: ${answer.status}`);
      return client;
    },
    async close() {
      await faces.close();
      await app.live.close();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
