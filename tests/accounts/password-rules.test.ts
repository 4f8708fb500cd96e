import { describe, expect, it } from 'vitest';
import { passwordProblem } from '../../src/accounts/password-rules.ts';

const own = ['amara@parley.example', 'Amara Okafor', 'Theo Okafor Reyes', 'St Brigid’s Primary'];

describe('a new password', () => {
  it.each([
    'maple window tractor seven',
    'das ist ein langes Passwort',
    'x7#Kq!vP2$mZ9@tL',
    '849372610583726',
    '$#%^&*()_+-=[]{}',
    'الحقيبة الزرقاء تحت',
    '我每天早上七点去河边跑步然后吃饭',
    '🍎🚗🌧️🎈📚🧤🪁🥕🐢🛶🎻🧭🪴🧵🕯️',
    'Theo likes purple trains',
    'parley is where otters write',
    'tractor window '.repeat(3) + 'maple chimney',
    'a'.repeat(3) + 'quick brown teapot',
  ])('may be %s', password => expect(passwordProblem(password, own)).toBeNull());

  it.each([
    ['', 'Use at least 15 characters. This has 0'],
    ['fourteen chars', 'Use at least 15 characters. This has 14'],
    // Each is two units of UTF-16 and one character; and what NFKC makes of it is what counts.
    ['🎻'.repeat(14), 'This has 14'],
    ['ﬃ'.repeat(4) + 'ab', 'This has 14'],
    ['maple window '.repeat(80), 'Use 1,000 characters or fewer'],
    ['passwordpassword', 'repeats the same'],
    ['abcabcabcabcabcabc', 'repeats the same'],
    ['1111111111111111', 'repeats the same'],
    ['maple maple maple maple', 'repeats the same'],
    ['correct horse battery staple', 'tried first'],
    ['Correct-Horse-Battery-Staple9', 'tried first'],
    ['the demo password is long', 'tried first'],
    ['1qaz2wsx3edc4rfv', 'tried first'],
    ['123456789012345', 'tried first'],
    ['qwertyuiopasdfghjkl', 'tried first'],
    ['zyxwvutsrqponmlkjihg', 'tried first'],
    ['P@ssw0rdP@ssw0rd1', 'tried first'],
    ['Parley password 2024 2025', 'tried first'],
    ['amara@parley.example', 'tried first'],
    ['Amara Okafor 1987!', 'tried first'],
    ['THEO-REYES-OKAFOR', 'tried first'],
    ['St Brigids Primary!', 'tried first'],
  ])('may not be %s', (password, words) => expect(passwordProblem(password, own)).toContain(words));

  it('is told nothing of itself back, and is the worse only for whose names are in it', () => {
    expect(passwordProblem('Amara Okafor 1987!', own)).not.toMatch(/Amara|Okafor|1987/);
    expect(passwordProblem('Amara Okafor 1987!', ['sam@home.example', 'Sam Keller'])).toBeNull();
  });
});
