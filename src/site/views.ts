import type { Shell } from '../web/render.ts';

type SitePage = { shell: Shell; signedIn: boolean };

declare module '../web/render.ts' {
  interface Views {
    'site/landing': SitePage;
    'site/help': SitePage;
    'site/devices': SitePage;
    'site/how-the-record-works': SitePage;
    'site/for-schools': SitePage;
    'site/privacy': SitePage;
    'site/accessibility': SitePage;
  }
}
