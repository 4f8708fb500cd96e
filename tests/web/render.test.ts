import { expect, it } from 'vitest';
import { createRenderer, type Views } from '../../src/web/render.ts';
import '../../src/calendar/views.ts';

const lines = (text: string): Views['calendar/_key'] => [{ css: 'key__band', text }];

it('prints what is frozen once, and what is not each time', () => {
  const renderer = createRenderer();
  const loose = lines('With Amara');
  expect(renderer.render('calendar/_key', loose)).toContain('With Amara');
  loose[0]!.text = 'With Daniel';
  expect(renderer.render('calendar/_key', loose)).toContain('With Daniel');

  const kept = lines('With Amara');
  Object.freeze(kept);
  const first = renderer.render('calendar/_key', kept);
  // Whoever freezes a view says that nothing within it changes either.
  kept[0]!.text = 'With Daniel';
  expect(renderer.render('calendar/_key', kept)).toBe(first);
  const other = lines('With Sam');
  Object.freeze(other);
  expect(renderer.render('calendar/_key', other)).toContain('With Sam');
});

it('keeps apart what two templates make of one thing', () => {
  const renderer = createRenderer();
  const nothing = Object.freeze([]) as unknown as [];
  expect(renderer.render('calendar/_key', nothing)).toContain('class="key"');
  expect(renderer.render('calendar/_asked', nothing)).not.toContain('class="key"');
});
