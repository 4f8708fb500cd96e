import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApp } from '../support/app.ts';
import type { TestDatabase } from '../support/database.ts';
import { closeWorld, openWorld } from '../support/open-world.ts';
import { messageBy, subjectBy, type World } from '../support/world.ts';

let database: TestDatabase;
let app: TestApp;
let world: World;
beforeAll(async () => {
  ({ database, world, app } = await openWorld());
});
afterAll(() => closeWorld({ app, database }));

describe('the main job: Amara writes, Daniel reads and answers', () => {
  it('goes from sign-in to an answer on the record', async () => {
    const { subjectId, pos } = await subjectBy(database, world.daniel, world.familyId, world.theo, 'Theo: inhaler and PE kit', 'PE has moved to Friday.');
    expect(pos).toBe(4); // two members, the subject, the message

    const amara = await app.signedIn('amara@parley.example');
    await amara.get('/today');
    expect(amara.text()).toContain('Theo: inhaler and PE kit');
    expect(amara.text()).not.toContain('PE has moved');
    await amara.get(`/messages/${subjectId}`);
    expect(amara.text()).toContain('PE has moved to Friday.');
    expect(amara.text()).toMatch(/First viewed by you Today, \d\d:\d\d/);

    await amara.submit(`/messages/${subjectId}/review`, { text: 'Front pocket is fine.' });
    expect(amara.page.status).toBe(200);
    expect(amara.text()).toContain('Send this message?');
    const sent = await amara.submit(`/messages/${subjectId}/comments`);
    expect(sent.status).toBe(303);
    expect(sent.location).toBe(`/messages/${subjectId}#e6`);

    const daniel = await app.signedIn('daniel@parley.example');
    await daniel.get(`/messages/${subjectId}`);
    expect(daniel.text()).toContain('Front pocket is fine.');
    expect(daniel.text()).toMatch(/First viewed by Amara, \w{3} \d+ \w+/);
    await messageBy(database, world.daniel, subjectId, 'Thank you.');
    await amara.get(`/messages/${subjectId}`);
    expect(amara.text()).toContain('Thank you.');
  });
});

describe('a new subject', () => {
  it('is opened about a child from the form, read once more, and then stands in both parents’ lists', async () => {
    const amara = await app.signedIn('amara@parley.example');
    await amara.get('/messages/new');
    await amara.submit('/messages/new/review', { title: 'Ines: braces check', about: `child:${world.ines}`, text: 'The appointment is at four.' });
    expect(amara.text()).toContain('Open this subject?');
    const opened = await amara.submit('/messages/new');
    expect(opened.status).toBe(303);
    const daniel = await app.signedIn('daniel@parley.example');
    await daniel.get('/messages');
    expect(daniel.text()).toContain('Ines: braces check');
    await daniel.get(opened.location!);
    expect(daniel.text()).toContain('The appointment is at four.');
  });
});

describe('a run of messages from one person', () => {
  it('is folded between its first and its last, whole on the page all the same, and open where an entry is asked for', async () => {
    const { subjectId, pos } = await subjectBy(database, world.amara, world.familyId, world.ines, 'Ines: choir', 'Choir is on Monday.');
    for (let count = 1; count <= 7; count += 1) await messageBy(database, world.daniel, subjectId, `Again, number ${count}.`);
    await messageBy(database, world.amara, subjectId, 'Yes.');
    const amara = await app.signedIn('amara@parley.example');
    await amara.get(`/messages/${subjectId}`);
    const [, folded] = /<li class="run">([\s\S]*?)<\/details>/.exec(amara.page.body)!;
    expect(folded).toContain(`5 more from Daniel, entries ${pos + 2} to ${pos + 6}`);
    expect([...amara.page.body.matchAll(/Again, number (\d)\./g)].map(([, count]) => count)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect([...folded!.matchAll(/Again, number (\d)\./g)].map(([, count]) => count)).toEqual(['2', '3', '4', '5', '6']);

    await amara.get(`/messages/${subjectId}?at=${pos + 4}`);
    expect(amara.page.body).not.toContain('<li class="run">');
  });
});
