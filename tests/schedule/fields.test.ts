import { describe, expect, it } from 'vitest';
import { maybeLine, maybeWords } from '../../src/schedule/fields.ts';

describe('words of a form about time', () => {
  it('are no longer than they were allowed to be, as whatever keeps them counts', () => {
    const kept = maybeWords(80).parse(`${'a\r\n'.repeat(39)}bc`);
    expect([...kept]).toHaveLength(80);
    expect(maybeWords(80).safeParse(`${'a\r\n'.repeat(40)}b`).success).toBe(false);
    expect([...maybeWords(80).parse('😀'.repeat(80))]).toHaveLength(80);
    expect(maybeWords(80).parse(undefined)).toBe('');
  });

  it('are on one line where they name something', () => {
    expect(maybeLine(80).parse(' The library steps ')).toBe('The library steps');
    for (const text of ['a\r\nb', 'a\nb', 'a\tb', 'a\u001bb', 'a\u0085b', 'a\u2028b', 'a\u2029b'])
      expect(maybeLine(80).safeParse(text).success, JSON.stringify(text)).toBe(false);
  });
});
