import { afterAll, beforeAll, expect, it } from 'vitest';
import { requestJobs, requestSchedules } from '../../../src/schedule/requests/jobs.ts';
import { ahead, ask, idOf, requestsWorld, type RequestsWorld, respondByIs } from './requests-world.ts';

let w: RequestsWorld;
beforeAll(async () => {
  w = await requestsWorld();
});
afterAll(() => w.close());

it('a request that nobody answered is over at once on every page, and within the minute on the record: nothing changes', async () => {
  const day = ahead(6);
  const at = await ask(w.daniel, 'change', { a1day: day, who: 'other', label: 'Grandparents' });
  const other = await ask(w.amara, 'change', { a1day: day, who: 'other', label: 'Camp' });
  await respondByIs(w, at, `clock_timestamp() - interval '1 second'`);
  await w.amara.get(at);
  expect(w.amara.text()).toContain('No answer, so nothing changed');
  expect(w.amara.page.body).not.toContain('/answer');
  await w.amara.get('/requests');
  expect(w.amara.text()).toMatch(/Nothing waits for your answer\. .* Settled Change, .* No answer, so nothing changed/);
  expect(w.amara.page.body).not.toContain('1 request');
  const late = await w.amara.post(`${at}/answer`, { answer: 'yes', note: 'Late, but yes.' });
  expect(late.status).toBe(409);
  expect(w.amara.text()).toContain('The time to answer had run out.');
  expect(w.amara.text()).toContain('Late, but yes.');
  expect((await w.daniel.post(`${at}/withdraw`, {})).status).toBe(409);
  await w.amara.get(`${at}/counter`);
  expect(w.amara.page.location).toBe(at);

  const [job] = requestJobs(w.app.services);
  await Promise.all([job!.run({}), job!.run({})]);
  const [row] = await w.rows<{ state: string; settled_by: string | null; late: boolean }>(
    'select state, settled_by, settled_at >= respond_by as late from parley.requests where id = $1',
    [idOf(at)],
  );
  expect(row).toEqual({ state: 'expired', settled_by: null, late: true });
  const steps = await w.rows<{ kind: string; parent_id: string | null; pos: string }>(
    'select kind, parent_id, pos from record.steps where about_id = $1 order by pos',
    [idOf(at)],
  );
  expect(steps.map(({ kind, parent_id }) => [kind, parent_id])).toEqual([
    ['request.made', w.world.daniel.parentId],
    ['request.expired', null],
  ]);
  expect(await w.rows('select from parley.unseen_steps where about_id = $1', [idOf(at)])).toHaveLength(2); // both, for what nobody did
  expect(await w.rows('select from parley.agreed_time')).toEqual([]);
  expect((await w.rows<{ state: string }>('select state from parley.requests where id = $1', [idOf(other)]))[0]!.state).toBe('open');
  await w.amara.get(`/record/${w.world.familyId}/${steps[1]!.pos}`);
  expect(w.amara.text()).toMatch(
    /Nobody answered what Daniel Reyes asked on \w+ \d+ \w+ \d{4}, \d\d:\d\d \(entry \d+\) by \w+ \d+ \w+ \d{4}, \d\d:\d\d: .* Nothing changes\./,
  );
  await w.daniel.get(at);
  expect(w.daniel.text()).toContain('The time to answer ran out');
});

it('is looked for every minute', () => {
  expect(requestSchedules).toEqual([{ job: 'schedule.expire-requests', cron: '* * * * *' }]);
});
