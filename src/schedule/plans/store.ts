import type { RequestId } from '../../core/ids.ts';
import { milliseconds } from '../../platform/sql.ts';
import { openRequestsColumn, type RequestRow } from '../requests/store.ts';
import { calendarsWith } from '../store.ts';

/** The entry under which something was agreed. */
export type AgreedEntry = { requestId: RequestId; pos: number; at: number };

/** A family with what holds, under which entry of the record each plan was agreed, and what is proposed. */
export const scheduleStatements = calendarsWith<{ openRequests: RequestRow[]; agreedAt: AgreedEntry[] }>(
  'plans.schedule',
  `${openRequestsColumn},
     (select coalesce(json_agg(json_build_object('requestId', s.about_id, 'pos', s.pos::int, 'at', ${milliseconds('s.created_at')})), '[]')
        from record.steps s where s.family_id = f.id and s.kind = 'request.accepted'
         and s.about_id in (select p.request_id from parley.agreed_plans p where p.family_id = f.id)) as "agreedAt"`,
);

/** A family with the country whose public holidays it keeps. */
export const formStatements = calendarsWith<{ country: string; region: string | null }>('plans.form', `f.country, f.region`);
