import { gateRoutes } from './gate/routes.ts';
import { adultRoutes } from './onboarding/adult-routes.ts';
import { joinRoutes } from './onboarding/join-routes.ts';
import { linkRoutes } from './onboarding/link-routes.ts';
import { liveCounts } from './onboarding/live-counts.ts';
import { dashboardRoutes } from './onboarding/routes.ts';
import { bulkRoutes } from './photos/bulk/routes.ts';
import { reviewRoutes } from './photos/review/routes.ts';
import { photoRoutes } from './photos/routes.ts';
import { schoolRoutes } from './schools/routes.ts';
import type { Routes } from './web/route.ts';
import type { Services } from './web/services.ts';

type SchoolSide = { routes: readonly Routes[]; close(): Promise<void> };

/** What a school works with, what its links lead to, and the gate. */
export function schoolSide(services: Services): SchoolSide {
  const counts = liveCounts(services.db, services.sessions.store, services.log);
  return {
    routes: [
      schoolRoutes(services),
      // After the roll, whose /school/adults/new would be taken for an adult.
      adultRoutes(services),
      dashboardRoutes(services, counts),
      linkRoutes(services),
      joinRoutes(services),
      // Before the photos themselves, whose pattern would take "import" for one of them.
      bulkRoutes(services),
      gateRoutes(services),
      photoRoutes(services),
      reviewRoutes(services),
    ],
    close: () => counts.close(),
  };
}
